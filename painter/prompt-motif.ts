import { homeOf, type SettingName, waterAnimals } from './home-setting.ts';
import {
  accessoryWords,
  colourWords,
  lightWords,
  seasonWords,
  settingWords,
  type SubjectName,
  subjectWords,
  weatherWords,
} from './prompt-words.ts';
import { quotedWords } from './quoted-words.ts';
import type { Random } from './random.ts';
import { englishWords } from './translate.ts';

export type LightName = keyof typeof lightWords;
export type SeasonName = keyof typeof seasonWords;
export type AccessoryName = keyof typeof accessoryWords;
export type WeatherName = keyof typeof weatherWords;

/** What a prompt asks to see, as far as the sandbox can draw it. */
export interface Motif {
  readonly subject: SubjectName | null;
  readonly setting: SettingName;
  readonly light: LightName;
  readonly season: SeasonName;
  readonly weather: WeatherName | null;
  readonly accessories: readonly AccessoryName[];
  /** A colour named for the subject, such as the red of «a red fox». */
  readonly subjectColour: string | null;
  /** The other colour of «red and yellow». */
  readonly secondColour: string | null;
  /** A colour named for what surrounds it, such as the yellow of «on a yellow background». */
  readonly backdropColour: string | null;
  /** How many of the subject the prompt asks for, 1–3. */
  readonly count: 1 | 2 | 3;
  readonly young: boolean;
  /** What the prompt says of a person. */
  readonly person: { readonly hair: 'long' | 'short' | 'any'; readonly elder: boolean };
  /** What is lettered: the prompt's quoted words. */
  readonly words: readonly string[];
  /** Which of these the prompt itself says; the others are the sandbox's own choice. */
  readonly said: {
    readonly subject: boolean;
    readonly setting: boolean;
    readonly light: boolean;
    readonly season: boolean;
  };
}

/** Longer prompts are cut here: the first pages say what the picture shows, and reading stays quick. */
const READ_CHARACTERS = 8_000;

function finder<Name extends string>(table: Readonly<Record<Name, string>>): ReadonlyMap<string, Name> {
  const found = new Map<string, Name>();
  for (const [name, words] of Object.entries(table) as [Name, string][]) {
    for (const word of words.split(' ')) if (!found.has(word)) found.set(word, name);
  }
  return found;
}

const subjects = finder(subjectWords);
const settings = finder(settingWords);
const lights = finder(lightWords);
const seasons = finder(seasonWords);
const accessories = finder(accessoryWords);
const weathers = finder(weatherWords);

const longHaired = /^(woman|women|girl|girls|lady|queen|princess|grandmother|grandma|mother|she|her)$/;
const shortHaired = /^(man|men|boy|boys|king|prince|grandfather|grandpa|father|he|his)$/;
const elders = /^(old|elderly|grandmother|grandma|grandfather|grandpa|senior)$/;
const youngOnes = /^(baby|little|tiny|small|cute|kitten|puppy|pup|young)$/;
const backdropNouns = /^(background|backdrop|sky|sea|ocean|water|wall|field|light)$/;

/** The first subject named, but a person only when nothing else is: «a girl with a cat» is a better cat. */
function findSubject(words: readonly string[]): { subject: SubjectName | null; at: number } {
  let fallback: { subject: SubjectName | null; at: number } = { subject: null, at: -1 };
  for (const [at, word] of words.entries()) {
    const subject = subjects.get(word);
    if (subject === undefined) continue;
    // «Strawberry ice cream» is an ice cream, «a cat robot» a robot.
    const compound = subjects.get(words[at + 1] ?? '');
    if (compound !== undefined && compound !== 'person') return { subject: compound, at: at + 1 };
    if (subject !== 'person' && subject !== 'heart' && word !== 'food' && word !== 'birthday')
      return { subject, at };
    if (fallback.subject === null) fallback = { subject, at };
  }
  return fallback;
}

function namedColours(
  words: readonly string[],
  subjectAt: number,
): Pick<Motif, 'subjectColour' | 'secondColour' | 'backdropColour'> {
  let subjectColour: string | null = null;
  let secondColour: string | null = null;
  let backdropColour: string | null = null;
  for (const [at, word] of words.entries()) {
    const colour = Object.hasOwn(colourWords, word) ? colourWords[word] : undefined;
    if (colour === undefined) continue;
    const following = words[at + 1] ?? '';
    if (backdropNouns.test(following)) backdropColour ??= colour;
    else if (
      following === 'panda' ||
      (word === 'coral' && following.startsWith('reef')) ||
      (word === 'golden' && (following === 'retriever' || following === 'hour'))
    )
      continue;
    else if (subjectAt >= 0 && at < subjectAt && subjectAt - at <= 4) {
      if (subjectColour === null) subjectColour = colour;
      else secondColour ??= colour;
    } else backdropColour ??= colour;
  }
  return { subjectColour, secondColour, backdropColour };
}

/** A wizard's hat is one hat, not two. */
function wornIn(words: readonly string[]): readonly AccessoryName[] {
  const named = new Set(words.map((word) => accessories.get(word)).filter((name) => name !== undefined));
  if (['wizard', 'santa', 'party', 'crown'].some((hat) => named.has(hat as AccessoryName)))
    named.delete('hat');
  return [...named].slice(0, 2);
}

function countIn(words: readonly string[]): 1 | 2 | 3 {
  if (words.some((word) => /^(three|family|group)$/.test(word))) return 3;
  return words.some((word) => /^(two|pair|couple|friends)$/.test(word)) ? 2 : 1;
}

function personIn(words: readonly string[]): Motif['person'] {
  const long = words.some((word) => longHaired.test(word));
  const short = words.some((word) => shortHaired.test(word));
  return { hair: long ? 'long' : short ? 'short' : 'any', elder: words.some((word) => elders.test(word)) };
}

/** Where it happens: the place the prompt names, or where its subject is at home. */
function settingIn(words: readonly string[], subject: SubjectName | null, random: Random): SettingName {
  const names = words.map((word) => settings.get(word)).filter((name) => name !== undefined);
  const named = names.find((name) => name !== 'night' && name !== 'studio') ?? names[0];
  if (named === 'sea' && subject !== null && waterAnimals.has(subject)) return 'underwater';
  if (named !== undefined && named !== 'night') return named;
  if (subject !== null) return homeOf(subject, random.fork('home'));
  // Light alone asks for a landscape, and so does a season alone.
  if (named === 'night' || words.some((word) => lights.has(word))) return 'mountains';
  const season = words.map((word) => seasons.get(word)).find((name) => name !== undefined);
  if (season !== undefined) return season === 'autumn' ? 'forest' : 'meadow';
  return 'abstract';
}

/** Reads a prompt for what can be drawn. Never fails: words it does not know lead to an abstract picture. */
export function readMotif(prompt: string, random: Random): Motif {
  const text = prompt.slice(0, READ_CHARACTERS);
  const quoted = quotedWords(text);
  // What is to be lettered is not to be drawn: a sign that says «BAKERY & CAKES» is no cake.
  const words = englishWords(quoted.reduce((rest, one) => rest.replace(one, ' '), text));
  const first = <Name>(table: ReadonlyMap<string, Name>): Name | undefined =>
    words.map((word) => table.get(word)).find((name) => name !== undefined);
  const { subject, at } = findSubject(words);
  const setting = settingIn(words, subject, random);
  const weather = first(weathers) ?? null;
  const saysNight = words.some((word) => settings.get(word) === 'night');
  // Deep water and rain look best by day, unless the prompt names another light.
  const plain = setting === 'underwater' || weather === 'rain';
  const usualLight: LightName = plain
    ? 'day'
    : random.fork('light').pick(['day', 'day', 'day', 'dawn', 'sunset']);
  return {
    // A table with nothing on it is no picture.
    subject:
      setting === 'studio' ? (subject ?? random.fork('still life').pick(['fruit', 'cup', 'plant'])) : subject,
    setting,
    light: first(lights) ?? (saysNight ? 'night' : usualLight),
    season: first(seasons) ?? random.fork('season').pick(['spring', 'summer', 'summer']),
    weather,
    accessories: wornIn(words),
    ...namedColours(words, at),
    count: countIn(words),
    person: personIn(words),
    young: words.some((word) => youngOnes.test(word)),
    words: quoted,
    said: {
      subject: subject !== null,
      setting: words.some(
        (word) =>
          settings.has(word) &&
          !/^(?:night|background|backdrop)$/.test(word) &&
          settings.get(word) !== 'night',
      ),
      light: first(lights) !== undefined || saysNight,
      season: first(seasons) !== undefined,
    },
  };
}
