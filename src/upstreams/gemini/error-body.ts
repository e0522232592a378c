import { cutText } from '../../kernel/foreign-text.ts';
import { maxErrorTextBytes, parseErrorJson, readErrorDocument } from '../http/error-document.ts';
import { type GoogleError, noError } from './google-error.ts';

/** What holds an error, or a list of them; what says it in words. */
const wrappers = ['error', 'errors'];
const wordNames = ['message', 'detail', 'msg', 'error_description', 'error_message'];
const maxDetails = 50;
/** Lists, objects and texts within one another: two relays, one behind the other, make no more. */
const maxNesting = 10;

/** Reads an error from the bytes of a body: JSON of any known shape, else plain text. A page for people says nothing. */
export function parseErrorBody(bytes: Buffer): GoogleError {
  return bytes.length === 0 ? noError : readErrorDocument(bytes, readError, plainError);
}

/**
 * Reads an error from JSON (docs/contracts/gemini.md#errors): `{"error": {…}}`, a list of it, the object alone, a text, and
 * JSON inside the text of a message, as relays make it.
 */
export function readError(value: unknown): GoogleError {
  return find(value, 0) ?? noError;
}

function find(value: unknown, depth: number): GoogleError | undefined {
  if (depth > maxNesting) return undefined;
  if (typeof value === 'string') return fromText(value, depth);
  if (Array.isArray(value)) {
    for (const element of value.slice(0, maxDetails) as unknown[]) {
      const found = find(element, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const members = new Map(Object.entries(value));
  const hasWords = wordNames.some((name) => isText(members.get(name)));
  for (const name of wrappers) {
    const held = members.get(name);
    // `{"error": "Not Found", "message": …}`: the message says more than the title.
    if (hasWords && typeof held === 'string' && !isJson(held)) continue;
    const inner = find(held, depth + 1);
    if (inner !== undefined) return inner;
  }
  return fromMembers(members, depth);
}

function fromText(text: string, depth: number): GoogleError | undefined {
  const trimmed = text.trimStart();
  if (!isJson(trimmed) || trimmed.length > maxErrorTextBytes) return plainError(trimmed);
  try {
    return find(parseErrorJson(Buffer.from(trimmed)), depth + 1) ?? plainError(trimmed);
  } catch {
    return plainError(trimmed);
  }
}

function isJson(text: string): boolean {
  return /^\s*[[{"]/.test(text);
}

function fromMembers(members: ReadonlyMap<string, unknown>, depth: number): GoogleError | undefined {
  const known = [...wordNames, 'code', 'status', 'details'].some((name) => members.has(name));
  if (!known) return undefined;
  const words = wordNames
    .map((name) => members.get(name))
    .find((value) => isText(value) || Array.isArray(value));
  const nested = find(words, depth + 1);
  const { code, status } = { code: members.get('code'), status: members.get('status') };
  return {
    code: nested?.code ?? readCode(code) ?? readCode(status),
    status:
      nested?.status || [status, code, members.get('type')].map(readWord).find((word) => word !== '') || '',
    message: nested?.message ?? '',
    details: nested !== undefined && nested.details.length > 0 ? nested.details : readDetails(members),
    ...(nested?.isPage && { isPage: true }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function readCode(code: unknown): number | undefined {
  const number = typeof code === 'string' && /^\d{3}$/.test(code) ? Number(code) : code;
  return typeof number === 'number' && number >= 400 && number <= 599 ? number : undefined;
}

/** A word such as RESOURCE_EXHAUSTED or insufficient_quota; a number is none. */
function readWord(value: unknown): string {
  return typeof value === 'string' && !/^\d*$/.test(value) ? cutText(value, 64) : '';
}

/** Its details, and itself where a relay says in it when to come back. */
function readDetails(members: ReadonlyMap<string, unknown>): GoogleError['details'] {
  const details = members.get('details');
  const list: readonly unknown[] = Array.isArray(details) ? details.slice(0, maxDetails) : [details];
  const own = [...members].filter(([name]) => /^retry_?(?:after|delay)/i.test(name));
  return [...list, own.length > 0 && Object.fromEntries(own)].filter(
    (detail) => typeof detail === 'object' && detail !== null,
  ) as GoogleError['details'];
}

function plainError(text: string): GoogleError {
  return text.startsWith('<') ? { ...noError, isPage: true } : { ...noError, message: cutText(text) };
}
