import { cleanText, cutText, sentence } from '../../kernel/foreign-text.ts';
import { readErrorDocument } from '../http/error-document.ts';

/** What an error says of itself. Texts are bounded, so that any pattern may run on them. */
export interface ServerError {
  /** Every word for its kind: type, code, and those of errors within. */
  readonly words: readonly string[];
  readonly message: string;
  readonly param: string | undefined;
  /** Of a refusal: what was judged, the prompt or the picture. */
  readonly stage: string | undefined;
  /** It came as a page for people: whoever answered is not the API. */
  readonly isPage: boolean;
}

export const noError: ServerError = {
  words: [],
  message: '',
  param: undefined,
  stage: undefined,
  isPage: false,
};

const maxNesting = 6;
const maxElements = 20;
const messageNames = ['message', 'detail', 'msg', 'error_description'];
const wordNames = ['type', 'code', 'status'];
/** Objects within an error that say more of it: Azure's in two spellings, and Google's list. */
const innerNames = ['inner_error', 'innererror', 'details'];

/**
 * Reads an error in every shape that servers like OpenAI's have (docs/contracts/openai-upstreams.md#errors): an object
 * under `error`, a text there, FastAPI's `detail` as a text or a list, the object alone, a list of it, or plain text.
 */
export function parseErrorBody(bytes: Buffer): ServerError {
  return bytes.length === 0 ? noError : readErrorDocument(bytes, readError, plain);
}

export function readError(value: unknown): ServerError {
  return find(value, 0) ?? noError;
}

function find(value: unknown, depth: number): ServerError | undefined {
  if (depth > maxNesting || value === null || value === undefined) return undefined;
  if (typeof value === 'string') return value === '' ? undefined : plain(value);
  if (Array.isArray(value)) return inList(value, depth);
  if (typeof value !== 'object') return undefined;
  const members = new Map<string, unknown>(Object.entries(value));
  const own = fromMembers(members, depth);
  const held = find(members.get('error'), depth + 1);
  if (held === undefined) return own;
  // `{"error": "Bad Request", "message": …}`: the message says more than the title.
  const isTitle =
    typeof members.get('error') === 'string' && own?.message !== undefined && own.message !== '';
  return isTitle ? own : held;
}

/** The first element that is an error; it may say where the fault is, as FastAPI's do. */
function inList(list: readonly unknown[], depth: number): ServerError | undefined {
  for (const element of list.slice(0, maxElements)) {
    const found = find(element, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function fromMembers(members: ReadonlyMap<string, unknown>, depth: number): ServerError | undefined {
  const said = messageNames
    .map((name) => find(members.get(name), depth + 1))
    .find((one) => one !== undefined);
  const inner = innerNames
    .map((name) => find(members.get(name), depth + 1))
    .filter((one) => one !== undefined);
  const words = wordNames.flatMap((name) => readWord(members.get(name)));
  if (said === undefined && inner.length === 0 && words.length === 0) return undefined;
  const place = members.get('loc');
  const param = members.get('param') ?? (Array.isArray(place) ? (place as unknown[]).at(-1) : undefined);
  const moderation = members.get('moderation_details');
  const stage =
    typeof moderation === 'object' && moderation !== null && 'moderation_stage' in moderation
      ? moderation.moderation_stage
      : undefined;
  return {
    words: [...words, ...(said?.words ?? []), ...inner.flatMap((one) => one.words)],
    message: said?.message ?? inner[0]?.message ?? '',
    param: typeof param === 'string' ? cutText(param, 64) : said?.param,
    stage: typeof stage === 'string' ? cutText(stage, 16) : undefined,
    isPage: said?.isPage ?? false,
  };
}

/** A word such as insufficient_quota; a number is none, since the status says the same. */
function readWord(value: unknown): string[] {
  return typeof value === 'string' && !/^\d*$/.test(value) ? [cutText(value, 64)] : [];
}

function plain(text: string): ServerError {
  return text.trimStart().startsWith('<')
    ? { ...noError, isPage: true }
    : { ...noError, message: cutText(text) };
}

/** Where files lie on the server's disk, as its tracebacks have it. */
const diskPath = /[/\\][\w.@+-]{1,64}[/\\][\w./\\@+-]{1,400}/g;

/** An error's own words as a sentence for a caller. */
export function wordsOf({ message }: Pick<ServerError, 'message'>, maxCharacters?: number): string {
  return sentence(cleanText(message).replaceAll(diskPath, '[path]'), maxCharacters);
}

/** For the log: kind and text, bounded. */
export function causeOf({ words, message }: ServerError): string | undefined {
  const text = cleanText(`${words.join(' ')} ${message}`);
  return text === '' ? undefined : cutText(text, 1000);
}
