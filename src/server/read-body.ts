import type { IncomingMessage } from 'node:http';
import type { Operation } from '../journey/image-order.ts';
import type { RequestBody } from '../journey/image-request.ts';
import { JsonScanner, type PathMap } from '../bytes/json-scanner.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { editPaths, generationPaths } from '../openai/images/request-paths.ts';
import { readMultipart } from './read-multipart.ts';

export interface BodyLimits {
  /** A generation's JSON. */
  readonly maxJsonBodyBytes: number;
  /** An edit, pictures included. */
  readonly maxEditBodyBytes: number;
  /** One picture of a form. */
  readonly maxReferenceBytes: number;
}

/** Reads a request's body within its bounds. `onUploadBytes` counts an edit's bytes. Rejects with 400, 413, 415 or 429. */
export async function readBody(
  request: IncomingMessage,
  operation: Operation,
  limits: BodyLimits,
  signal: AbortSignal,
  onUploadBytes: (count: number) => void,
): Promise<RequestBody> {
  const contentType = request.headers['content-type'] ?? '';
  if (/^application\/(?:[\w.-]+\+)?json\b/i.test(contentType)) {
    return operation === 'edit'
      ? readJson(request, editPaths, limits.maxEditBodyBytes, onUploadBytes)
      : readJson(request, generationPaths, limits.maxJsonBodyBytes, () => undefined);
  }
  if (operation === 'edit' && /^multipart\/form-data\b/i.test(contentType)) {
    const form = await readMultipart(
      request,
      contentType,
      {
        maxBytes: limits.maxEditBodyBytes,
        maxFileBytes: limits.maxReferenceBytes,
        maxFiles: 32,
        maxFields: 200,
        maxFieldBytes: 256 * 1024,
        maxHeaderBytes: 16 * 1024,
      },
      signal,
      onUploadBytes,
    );
    return { kind: 'multipart', form };
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
  maxBytes: number,
  onUploadBytes: (count: number) => void,
): Promise<RequestBody> {
  const scanner = new JsonScanner(paths);
  await receive(request, maxBytes, (chunk) => {
    onUploadBytes(chunk.length);
    parse(() => scanner.push(chunk));
  });
  const { document, captured } = parse(() => scanner.end());
  return { kind: 'json', document, captured };
}

/**
 * Hands a body's chunks on. By events, because an async iterator costs more than the small bodies it reads. A
 * refused request is left paused, not destroyed, so that its client gets to read why.
 */
function receive(
  request: IncomingMessage,
  maxBytes: number,
  onChunk: (chunk: Buffer) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let receivedBytes = 0;
    // An order waits long for its picture: it must not hold on to what read its body all that while.
    const stopListening = (): void => {
      request.off('data', onData).off('end', onEnd).off('close', onCut).off('error', onCut);
    };
    const fail = (error: unknown): void => {
      stopListening();
      request.pause();
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      receivedBytes += chunk.length;
      try {
        if (receivedBytes > maxBytes) throw tooLarge(maxBytes);
        onChunk(chunk);
      } catch (error) {
        fail(error);
      }
    };
    const onEnd = (): void => {
      stopListening();
      resolve();
    };
    const onCut = (cause?: unknown): void => {
      fail(new PlantainError('malformed_request', 'The body broke off before its end.', { cause }));
    };
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return fail(tooLarge(maxBytes));
    // Stays: a connection that breaks after we are done must not bring the process down.
    request.on('error', ignore);
    request.on('end', onEnd).on('close', onCut).on('error', onCut);
    if (request.destroyed) return onCut();
    request.on('data', onData);
  });
}

function ignore(): void {}

function tooLarge(maxBytes: number): PlantainError {
  return new PlantainError('body_too_large', `The body is larger than ${maxBytes} bytes.`);
}

function parse<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
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
