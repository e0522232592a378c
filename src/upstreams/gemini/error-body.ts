import { JsonScanner } from '../../bytes/json-scanner.ts';
import type { PathMap } from '../../bytes/path-map.ts';
import { smallText } from '../../bytes/small-json.ts';
import { cutText } from '../../kernel/foreign-text.ts';

/** What an error says of itself. Texts are bounded, so that any pattern may run on them. */
export interface GoogleError {
  readonly code: number | undefined;
  /** A google.rpc status; empty when none was told. */
  readonly status: string;
  readonly message: string;
  readonly details: readonly Readonly<Record<string, unknown>>[];
}

export const noError: GoogleError = { code: undefined, status: '', message: '', details: [] };

const noPaths: PathMap = { keys: new Map(), elements: new Map(), captures: new Map(), drops: new Set() };
const maxDetails = 50;
/** Lists, objects and texts within one another: two relays, one behind the other, make no more. */
const maxNesting = 10;
const maxTextBytes = 256 * 1024;

/** Reads an error from the bytes of a body: JSON of any known shape, else plain text. A page for people says nothing. */
export function parseErrorBody(bytes: Buffer): GoogleError {
  if (bytes.length === 0) return noError;
  const scanner = new JsonScanner(noPaths);
  try {
    scanner.push(bytes);
    return readError(scanner.end());
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    return plainError(smallText(bytes, maxTextBytes).trimStart());
  }
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
  const inner = find(members.get('error'), depth + 1);
  return inner ?? fromMembers(members, depth);
}

function fromText(text: string, depth: number): GoogleError | undefined {
  const trimmed = text.trimStart();
  if (!/^[[{"]/.test(trimmed) || trimmed.length > maxTextBytes) return plainError(trimmed);
  const scanner = new JsonScanner(noPaths);
  try {
    scanner.push(Buffer.from(trimmed));
    return find(scanner.end(), depth + 1) ?? plainError(trimmed);
  } catch {
    return plainError(trimmed);
  }
}

function fromMembers(members: ReadonlyMap<string, unknown>, depth: number): GoogleError | undefined {
  const known = ['code', 'status', 'message', 'details'].some((name) => members.has(name));
  if (!known) return undefined;
  const message = members.get('message');
  const nested = typeof message === 'string' ? fromText(message, depth + 1) : undefined;
  const details = members.get('details');
  return {
    code: nested?.code ?? readCode(members.get('code')) ?? readCode(members.get('status')),
    status: nested?.status || readStatus(members),
    message: nested?.message ?? '',
    details: nested !== undefined && nested.details.length > 0 ? nested.details : readDetails(details),
  };
}

function readCode(code: unknown): number | undefined {
  const number = typeof code === 'string' && /^\d{3}$/.test(code) ? Number(code) : code;
  return typeof number === 'number' && number >= 400 && number <= 599 ? number : undefined;
}

function readStatus(members: ReadonlyMap<string, unknown>): string {
  const status = members.get('status');
  return typeof status === 'string' ? cutText(status, 64) : '';
}

function readDetails(details: unknown): GoogleError['details'] {
  const list: readonly unknown[] = Array.isArray(details) ? details.slice(0, maxDetails) : [details];
  return list.filter((detail) => typeof detail === 'object' && detail !== null) as GoogleError['details'];
}

function plainError(text: string): GoogleError {
  return { ...noError, message: text.startsWith('<') ? '' : cutText(text) };
}
