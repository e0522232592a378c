import type { IncomingHttpHeaders } from 'node:http';
import { ConnectionError } from './transport-error.ts';

/** What stands before a response's body. */
export interface ParsedHead {
  readonly statusCode: number;
  /** By names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Whether another request may follow on the connection. */
  readonly isKept: boolean;
  /** For how long the other side says that it keeps it. */
  readonly keptMs: number;
}

const statusPattern = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const linePattern =
  /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[\t ]*((?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)[\t ]*$/;
/** Two of them would leave open which counts. */
const singleNames: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'content-type']);

/** A head of HTTP/1.1 without its empty line (RFC 9112, 4 and 5). Throws `ConnectionError` for any other text. */
export function parseResponseHead(text: string): ParsedHead {
  const [first = '', ...lines] = text.split('\r\n');
  const [, minor, status] = statusPattern.exec(first) ?? [];
  if (minor === undefined) throw responseFault('its status line is none');
  const statusCode = Number(status);
  if (statusCode === 101) throw responseFault('it changes to a protocol that nobody asked for');
  const headers = headersOf(lines);
  const [, seconds] = /(?:^|[\t ,])timeout=(\d{1,9})/i.exec(String(headers['keep-alive'] ?? '')) ?? [];
  const keptMs = seconds === undefined ? Infinity : Number(seconds) * 1000;
  return { statusCode, headers, isKept: isKept(headers.connection, minor), keptMs };
}

/** Bytes that are no response of HTTP/1.1. */
export function responseFault(reason: string): ConnectionError {
  return new ConnectionError('HTTP_PARSER', `The answer is no HTTP/1.1: ${reason}.`);
}

function headersOf(lines: readonly string[]): IncomingHttpHeaders {
  const headers = Object.create(null) as Record<string, string | string[] | undefined>;
  for (const line of lines) {
    const [, given = '', value = ''] = linePattern.exec(line) ?? [];
    if (given === '') throw responseFault('a header of it is none');
    const name = given.toLowerCase();
    const earlier = headers[name];
    if (earlier === undefined) headers[name] = name === 'set-cookie' ? [value] : value;
    else if (singleNames.has(name)) throw responseFault(`it has two headers ${name}`);
    else headers[name] = typeof earlier === 'string' ? `${earlier}, ${value}` : [...earlier, value];
  }
  return headers;
}

function isKept(connection: string | undefined, minor: string): boolean {
  const options = (connection ?? '')
    .toLowerCase()
    .split(',')
    .map((option) => option.trim());
  return minor === '1' ? !options.includes('close') : options.includes('keep-alive');
}
