import { CapturedText } from '../bytes/captured-text.ts';
import { signatureDigest } from '../bytes/signature-digest.ts';
import { invalid } from './invalid.ts';
import { field, isMembers, listOf, type Members, membersOf, setField, spelled } from './members.ts';

/** A part that names a file instead of holding it. */
export interface FilePart {
  readonly part: Members;
  readonly uri: string;
  readonly mimeType: string | undefined;
  /** Whether it stands deeper than in a part of a turn. */
  readonly isNested: boolean;
}

/** What stands in a request's contents, as far as it matters on the way. */
export interface RequestContents {
  /** All texts, for the log's count and for an estimate of the price. */
  readonly prompt: string;
  readonly pictures: readonly { readonly data: CapturedText; readonly mimeType: string }[];
  /** Whether there is media of another kind than pictures. */
  readonly hasOtherMedia: boolean;
  readonly files: readonly FilePart[];
  /** Parts with a thought signature. */
  readonly signed: readonly Members[];
  /** Tells the first signature of the model's last turn, by which its upstream is known again. */
  readonly lastSignature: string | undefined;
}

/** Reads the contents, and gives a turn that has no role the one it means: some of Google's backends refuse it without. */
export function readContents(body: Members): RequestContents {
  const texts: string[] = [];
  const pictures: { data: CapturedText; mimeType: string }[] = [];
  const files: FilePart[] = [];
  const signed: Members[] = [];
  let hasOtherMedia = false;
  let lastSignature: string | undefined;

  const readPart = (part: Members): string | undefined => {
    if (typeof part['text'] === 'string') texts.push(part['text']);
    const inline = field(part, 'inlineData');
    if (isMembers(inline)) {
      const data = inline['data'];
      const mimeType = textOf(field(inline, 'mimeType'));
      if (!(data instanceof CapturedText) || data.characters === undefined)
        throw notBase64('inline_data.data');
      if (/^image\//i.test(mimeType)) pictures.push({ data, mimeType });
      else hasOtherMedia = true;
    }
    const signature = field(part, 'thoughtSignature');
    if (signature === undefined) return undefined;
    if (!(signature instanceof CapturedText) || signature.characters === undefined)
      throw notBase64('thought_signature');
    signed.push(part);
    return signatureDigest(signature.characters);
  };

  const turns = [...listOf(field(body, 'contents')), ...listOf(field(body, 'systemInstruction'))].filter(
    isMembers,
  );
  for (const turn of turns) {
    const parts = listOf(turn['parts']).filter(isMembers);
    const signatures = parts.map(readPart).filter((digest) => digest !== undefined);
    if (turn['role'] === 'model') lastSignature = signatures[0];
    for (const part of parts) collectFiles(part, files, false);
  }
  for (const turn of listOf(field(body, 'contents')))
    if (isMembers(turn) && (turn['role'] === undefined || turn['role'] === '')) turn['role'] = 'user';
  return { prompt: texts.join('\n'), pictures, hasOtherMedia, files, signed, lastSignature };
}

/** Files are found wherever they are named, also inside the answer of a function: they are read with the operator's rights. */
function collectFiles(value: unknown, found: FilePart[], isNested: boolean): void {
  if (Array.isArray(value)) for (const element of value) collectFiles(element, found, true);
  if (!isMembers(value)) return;
  if (spelled(value, 'fileData') !== undefined) {
    const file = membersOf(field(value, 'fileData'));
    const mimeType = field(file, 'mimeType');
    found.push({
      part: value,
      uri: textOf(field(file, 'fileUri')),
      mimeType: typeof mimeType === 'string' ? mimeType : undefined,
      isNested,
    });
  }
  for (const member of Object.values(value)) collectFiles(member, found, true);
}

/** Google's own last resort for a turn whose signature it cannot check (docs/contracts/gemini.md#thought-signatures). */
const placeholder = 'skip_thought_signature_validator';

/** Puts the placeholder where signatures are that only another upstream can read. */
export function replaceSignatures({ signed }: RequestContents): void {
  for (const part of signed) setField(part, 'thoughtSignature', placeholder);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function notBase64(path: string): Error {
  const message = `Invalid value at 'contents.parts.${path}' (TYPE_BYTES), Base64 decoding failed.`;
  return invalid('contents', message);
}
