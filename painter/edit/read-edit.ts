import type { Motif } from '../prompt-motif.ts';
import type { SubjectName } from '../prompt-words.ts';

/** How the whole picture is made to look. */
export type LookName =
  | 'mono'
  | 'sepia'
  | 'sketch'
  | 'watercolour'
  | 'pixels'
  | 'poster'
  | 'blur'
  | 'bright'
  | 'dark';

/** Where something new goes. */
export type PlaceName = 'left' | 'right' | 'middle' | 'sky' | 'focus';

/** What an edit's prompt asks to do to a picture, as far as the sandbox can. */
export interface EditWish {
  readonly look: LookName | null;
  readonly relights: boolean;
  readonly reseasons: boolean;
  /** Whether what surrounds the main thing is drawn anew as the motif's setting. */
  readonly resets: boolean;
  /** A colour for what is in the picture, and one for what surrounds it. */
  readonly colour: string | null;
  readonly backdrop: string | null;
  /** Something drawn into the picture. */
  readonly adds: SubjectName | null;
  readonly place: PlaceName | null;
  /** Whether it is what is already there that changes. */
  readonly changes: boolean;
  /** Whether there is anything in it that the sandbox can do. */
  readonly isUnderstood: boolean;
}

const looks: readonly (readonly [LookName, RegExp])[] = [
  [
    'mono',
    /black[ -]and[ -]white|gr[ae]y ?scale|monochrome|\bnoir\b|schwarz-?wei(?:ß|ss)|ч[её]рно-бел|白黒|モノクロ|أبيض وأسود/i,
  ],
  ['sepia', /\bsepia\b|vintage|old (?:photo|picture|film)|antique/i],
  ['sketch', /sketch|pencil|line drawing|charcoal|skizze|bleistift|набросок|карандаш|スケッチ|鉛筆/i],
  ['watercolour', /water ?colou?r|aquarel|oil painting|impressionis|painterly|акварел|水彩|油絵/i],
  ['pixels', /pixel|8[ -]?bit|mosaic|ドット絵/i],
  ['poster', /poster|pop[ -]?art|comic|cartoon|screen ?print|\bflat\b/i],
  ['blur', /\bblur|bokeh|out of focus|unscharf|размыт|ぼか/i],
  ['bright', /bright(?:er|en)|lighter|heller|светлее|明るく/i],
  ['dark', /darker|darken|dunkler|темнее|暗く/i],
];

const adding =
  /\b(?:add|put|place|insert|draw|paint|include|give|with|füge|setze|male|mit)\b|добав|нарисуй|помести|أضف|ضع|追加|加え|描いて|置いて|添加|加上/i;
const removing = /\b(?:remove|delete|erase|without|entferne|lösche|ohne)\b|убер|удал|احذف|消して|削除|去掉/i;
const resetting = /\b(?:background|backdrop|scene|setting|behind|hintergrund)\b|фон|خلفي|背景/i;
const changing =
  /\b(?:make|change|turn|colou?r|recolou?r|dye|convert|mach|mache|färbe|verwandle)\b|сделай|перекрась|измени|اجعل|غير|変えて|にして|变成|改成/i;
const adorning = /\badd (?:an?|two|three)\b.*\b(?:with|wearing|in)\b/i;
const movingTo = /\b(?:on|in|at|to|into)\b/i;

/** Reads what `motif` and the words of a prompt ask to do to a picture. */
export function readEdit(prompt: string, motif: Motif): EditWish {
  const look = looks.find(([, words]) => words.test(prompt))?.[0] ?? null;
  const { light, season, setting } = motif.said;
  const named = motif.backdropColour ?? null;
  const wantsBackdrop = named !== null && resetting.test(prompt);
  const adds = motif.subject !== null && motif.said.subject && !removing.test(prompt) ? motif.subject : null;
  const colours = look === 'mono' ? null : (motif.subjectColour ?? (wantsBackdrop ? null : named));
  const worn = motif.accessories.length > 0;
  const resets = setting && (resetting.test(prompt) || (movingTo.test(prompt) && !adding.test(prompt)));
  const others =
    look !== null || light || season || worn || colours !== null || wantsBackdrop || motif.weather !== null;
  const place = placeIn(prompt);
  const changes = changing.test(prompt) && place !== 'focus' && !adding.test(prompt);
  // «Make the house red» recolours the house that is there; «a red house» or «add a house» asks for one.
  const isNew = adds !== null && !changes && (!worn || adorning.test(prompt));
  return {
    look,
    relights: light,
    reseasons: season,
    resets,
    colour: isNew ? null : colours,
    backdrop: wantsBackdrop ? named : null,
    adds: isNew ? adds : null,
    place,
    changes,
    isUnderstood: others || isNew || resets || motif.words.length > 0,
  };
}

/** The part of a prompt that says what is wanted: of «replace the cat with a dog», the dog. */
export function wantedPart(prompt: string): string {
  return (
    /\b(?:replace|swap|turn|transform|ersetze|verwandle)\b.*?\b(?:with|by|into|durch|in)\b(.+)$/is.exec(
      prompt,
    )?.[1] ?? prompt
  );
}

function placeIn(prompt: string): PlaceName | null {
  if (/\b(?:replace|swap|turn|transform)\b|ersetze/i.test(prompt)) return 'focus';
  if (/\b(?:sky|above|top|himmel)\b|неб|سماء|空/i.test(prompt)) return 'sky';
  if (/\b(?:left|links)\b|слева|يسار|左/i.test(prompt)) return 'left';
  if (/\b(?:right|rechts)\b|справа|يمين|右/i.test(prompt)) return 'right';
  return /\b(?:middle|cent(?:er|re)|mitte)\b|центр|وسط|中央/i.test(prompt) ? 'middle' : null;
}
