import type { IncomingMessage } from 'node:http';
import type { Operation } from '../journey/image-order.ts';
import type { RequestBody } from '../journey/image-request.ts';
import { JsonScanner, TooManyValuesError } from '../bytes/json-scanner.ts';
import type { PathMap } from '../bytes/path-map.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { editPaths, generationPaths } from '../openai/images/request-paths.ts';
import { type BodyReading, type BodySize, readBytes } from './read-bytes.ts';
import { readMultipart } from './read-multipart.ts';

export interface BodyLimits {
  /** A generation's JSON. */
  readonly maxJsonBodyBytes: number;
  /** An edit, pictures included. */
  readonly maxEditBodyBytes: number;
  /** One picture of a form. */
  readonly maxReferenceBytes: number;
}

const maxFiles = 32;

/** Reads a request's body within its bounds. Rejects with 400, 408, 413, 415 or 429. */
export async function readBody(
  request: IncomingMessage,
  operation: Operation,
  limits: BodyLimits,
  reading: BodyReading,
): Promise<RequestBody> {
  const contentType = request.headers['content-type'] ?? '';
  const stated = request.headers['content-length'];
  const statedBytes = stated === undefined ? undefined : Number(stated);
  if (/^application\/(?:[\w.-]+\+)?json\b/i.test(contentType)) {
    const [paths, maxBytes] =
      operation === 'edit'
        ? ([editPaths, limits.maxEditBodyBytes] as const)
        : ([generationPaths, limits.maxJsonBodyBytes] as const);
    return readJson(request, paths, { maxBytes, statedBytes, heldPerByte: 1 }, reading);
  }
  if (operation === 'edit' && /^multipart\/form-data\b/i.test(contentType)) {
    const bounds = {
      maxFileBytes: limits.maxReferenceBytes,
      maxFiles,
      maxFields: 200,
      maxFieldBytes: 256 * 1024,
      maxHeaderBytes: 16 * 1024,
    };
    const size = { maxBytes: limits.maxEditBodyBytes, statedBytes, heldPerByte: 4 / 3 };
    return { kind: 'multipart', form: await readMultipart(request, contentType, bounds, size, reading) };
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
async function readJson(
  request: IncomingMessage,
  paths: PathMap,
  size: BodySize,
  reading: BodyReading,
): Promise<RequestBody> {
  const scanner = new JsonScanner(paths);
  await readBytes(request, size, reading, (chunk) => parse(() => scanner.push(chunk)));
  // Read all the same it would be drawn with other characters than were meant.
  if (!scanner.isUtf8)
    throw new PlantainError('invalid_json', 'The JSON body is not UTF-8. Send it in that encoding.');
  return { kind: 'json', document: parse(() => scanner.end()) };
}

function parse<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
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
    throw new PlantainError(
      'invalid_json',
      'We could not parse the JSON body of your request: it is not valid JSON. Send an object such as {"prompt": "a red fox"}.',
      {
        cause: error,
      },
    );
  }
}
