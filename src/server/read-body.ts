import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Operation } from '../journey/image-order.ts';
import type { RequestBody } from '../journey/image-request.ts';
import { JsonScanner, TooManyValuesError } from '../bytes/json-scanner.ts';
import type { PathMap } from '../bytes/path-map.ts';
import { RepeatedMemberError } from '../bytes/repeated-member.ts';
import { foreignWord } from '../kernel/foreign-text.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { editPaths, generationPaths } from '../openai/images/request-paths.ts';
import { sentTwice } from '../openai/images/sent-twice.ts';
import { codingOf } from './content-encoding.ts';
import { DecodedBody, mostCompressedBytes } from './decoded-body.ts';
import { readParameterisedHeader } from './header-parameters.ts';
import { type BodyReading, type BodySize, bodyTooLarge, readBytes } from './read-bytes.ts';
import { readMultipart } from './read-multipart.ts';

export interface BodyLimits {
  /** A generation's JSON. */
  readonly maxJsonBodyBytes: number;
  /** An edit, pictures included. */
  readonly maxEditBodyBytes: number;
  /** One picture of a form. */
  readonly maxReferenceBytes: number;
}

const formBounds = { maxFiles: 32, maxFields: 200, maxFieldBytes: 256 * 1024, maxHeaderBytes: 16 * 1024 };

/** Reads a request's body within its bounds, compressed or not. Rejects with 400, 408, 413, 415 or 429. */
export async function readBody(
  request: IncomingMessage,
  operation: Operation,
  limits: BodyLimits,
  reading: BodyReading,
): Promise<RequestBody> {
  const contentType = request.headers['content-type'] ?? '';
  const read = readerOf(contentType, operation, limits, reading);
  const maxBytes = operation === 'edit' ? limits.maxEditBodyBytes : limits.maxJsonBodyBytes;
  return readDecoded(request, maxBytes, read);
}

/** Reads a body of JSON whatever type it says it is of, as Google does. Rejects as `readBody`. */
export function readJsonDocument(
  request: IncomingMessage,
  paths: PathMap,
  maxBytes: number,
  reading: BodyReading,
): Promise<unknown> {
  return readDecoded(request, maxBytes, async (stream, size) => {
    const scanner = await scanJson(stream, paths, { ...size, heldPerByte: 1 }, reading);
    checkCharset(scanner, request.headers['content-type']);
    return parse(() => scanner.end());
  });
}

/** Reads a body of bytes. */
export function readRawBody(
  request: IncomingMessage,
  maxBytes: number,
  reading: BodyReading,
): Promise<readonly Buffer[]> {
  const chunks: Buffer[] = [];
  return readDecoded(request, maxBytes, async (stream, size) => {
    await readBytes(stream, { ...size, heldPerByte: 1 }, reading, (chunk) => chunks.push(chunk));
    return chunks;
  });
}

async function readDecoded<Result>(
  request: IncomingMessage,
  maxBytes: number,
  read: (stream: Readable, size: Omit<BodySize, 'heldPerByte'>) => Promise<Result>,
): Promise<Result> {
  const coding = codingOf(request.headers);
  const stated = request.headers['content-length'];
  const statedBytes = stated === undefined ? undefined : Number(stated);
  if (coding === undefined) return read(request, { maxBytes, statedBytes });
  if ((statedBytes ?? 0) > mostCompressedBytes(maxBytes)) throw bodyTooLarge(maxBytes);
  const decoded = new DecodedBody(request, coding, maxBytes);
  try {
    // How long it becomes nobody has said.
    return await read(decoded, { maxBytes, statedBytes: undefined });
  } finally {
    decoded.destroy();
  }
}

type Reader = (stream: Readable, size: Omit<BodySize, 'heldPerByte'>) => Promise<RequestBody>;

/** How a body of that type is read. Throws `unsupported_media_type`. */
function readerOf(
  contentType: string,
  operation: Operation,
  limits: BodyLimits,
  reading: BodyReading,
): Reader {
  if (/^application\/(?:[\w.-]+\+)?json\b/i.test(contentType)) {
    const paths = operation === 'edit' ? editPaths : generationPaths;
    return async (stream, size) => {
      const scanner = await scanJson(stream, paths, { ...size, heldPerByte: 1 }, reading);
      checkCharset(scanner, contentType);
      return { kind: 'json', document: parse(() => scanner.end({ once: true })) };
    };
  }
  if (operation === 'edit' && /^multipart\/form-data\b/i.test(contentType)) {
    const bounds = { ...formBounds, maxFileBytes: limits.maxReferenceBytes };
    return async (stream, size) => ({
      kind: 'multipart',
      form: await readMultipart(stream, contentType, bounds, { ...size, heldPerByte: 4 / 3 }, reading),
    });
  }
  const accepted = operation === 'edit' ? 'multipart/form-data or application/json' : 'application/json';
  throw new PlantainError(
    'unsupported_media_type',
    `Content-Type must be ${accepted}${contentType === '' ? '' : `, not '${contentType.slice(0, 80)}'`}.`,
  );
}

/**
 * Reads a JSON body. An edit's pictures are captured as bytes; the rest of the document stays small. The scanner
 * also bounds how deep the document nests, so that what reads it later may recurse.
 */
async function scanJson(
  stream: Readable,
  paths: PathMap,
  size: BodySize,
  reading: BodyReading,
): Promise<JsonScanner> {
  const scanner = new JsonScanner(paths);
  let head: Buffer | undefined;
  await readBytes(stream, size, reading, (chunk) => {
    head ??= Buffer.from(chunk.subarray(0, 4));
    parse(() => scanner.push(chunk));
  });
  // Read all the same it would be drawn with other characters than were meant. In UTF-16 a zero stands beside the brace.
  if (!scanner.isUtf8 || head?.includes(0) === true)
    throw new PlantainError('invalid_json', 'The JSON body is not UTF-8. Send it in that encoding.');
  return scanner;
}

/** JSON is UTF-8 whatever its type says (RFC 8259, section 8.1), but who says otherwise may have written other characters. */
function checkCharset(scanner: JsonScanner, contentType = ''): void {
  const { parameters } = readParameterisedHeader(contentType.slice(0, 4096));
  const charset = parameters.get('charset') ?? '';
  if (charset === '' || /^(?:utf-?8|us-ascii)$/i.test(charset) || scanner.isAscii) return;
  throw new PlantainError(
    'invalid_json',
    `The JSON body says that it is ${foreignWord(charset)}. Send it as UTF-8, and say so or nothing.`,
  );
}

function parse<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof RepeatedMemberError) throw sentTwice(error.path, error.path);
    if (error instanceof TooManyValuesError)
      throw new PlantainError(
        'invalid_value',
        `The JSON body holds ${error.message}. Leave out what is no field of this API.`,
        {
          cause: error,
        },
      );
    if (error instanceof RangeError)
      throw new PlantainError('body_too_large', `The JSON body is too large: ${error.message}.`, {
        cause: error,
      });
    // As the scanner and JSON.parse name it.
    if (error instanceof SyntaxError && /control character/i.test(error.message))
      throw new PlantainError(
        'invalid_json',
        'The JSON body has a line break or another control character inside a text. Write base64 in one line (`base64 -w0`), and line breaks of a prompt as \\n.',
        { cause: error },
      );
    throw new PlantainError(
      'invalid_json',
      'We could not parse the JSON body of your request: it is not valid JSON. Send an object such as {"prompt": "a red fox"}.',
      {
        cause: error,
      },
    );
  }
}
