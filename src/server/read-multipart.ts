import type { Readable } from 'node:stream';
import type { MultipartForm } from '../journey/image-request.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { FormReader, type MultipartLimits } from './form-reader.ts';
import { readParameterisedHeader } from './header-parameters.ts';
import { boundaryNeverComes, MultipartScanner } from '../bytes/multipart-scanner.ts';

export type { MultipartLimits } from './form-reader.ts';

/**
 * Reads a `multipart/form-data` body to its end. Pictures become base64 as they arrive and are never held as
 * bytes too; fields and files keep the order, names and doubles they were sent with, in arrays, so that no
 * name can reach an object's prototype.
 *
 * `onBytes` hears of every chunk's length and may throw to refuse the rest.
 *
 * Rejects with `unsupported_media_type`, `invalid_value` (no boundary, too many parts, a field that is not
 * text), `malformed_request` (a cut body), `body_too_large`, or the signal's reason. The stream is then
 * paused, not destroyed, so that the error can still be answered on the same connection.
 */
export function readMultipart(
  stream: Readable,
  contentType: string,
  limits: MultipartLimits,
  signal: AbortSignal,
  onBytes?: (count: number) => void,
): Promise<MultipartForm> {
  return new Promise<MultipartForm>((resolve, reject) => {
    signal.throwIfAborted();
    const reader = new FormReader(limits);
    const scanner = new MultipartScanner(boundaryOf(contentType), limits.maxHeaderBytes, reader);
    let receivedBytes = 0;

    const stopListening = (): void => {
      stream.off('data', onData).off('end', onEnd).off('close', onCut).off('aborted', onCut);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown): void => {
      stopListening();
      stream.pause();
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      receivedBytes += chunk.length;
      try {
        if (receivedBytes > limits.maxBytes) throw bodyTooLarge(limits.maxBytes);
        onBytes?.(chunk.length);
        scanner.push(chunk);
      } catch (error) {
        fail(error);
      }
    };
    const onEnd = (): void => {
      if (!scanner.isDone) {
        fail(scanner.hasBegun || receivedBytes === 0 ? bodyCut(receivedBytes) : boundaryNeverComes());
        return;
      }
      stopListening();
      resolve(reader.form);
    };
    const onCut = (): void => fail(bodyCut(receivedBytes));
    const onAbort = (): void => fail(signal.reason);

    signal.addEventListener('abort', onAbort, { once: true });
    // The error listener stays: a connection that breaks after we are done must not bring the process down.
    stream.on('error', onCut);
    stream.on('end', onEnd).on('close', onCut).on('aborted', onCut);
    if (stream.destroyed || stream.readableEnded) onCut();
    else stream.on('data', onData);
  });
}

/** RFC 2046 allows 70 characters; some libraries use more. */
const maxBoundaryLength = 256;

function boundaryOf(contentType: string): string {
  const { value, parameters } = readParameterisedHeader(contentType.slice(0, 4096));
  if (value !== 'multipart/form-data') {
    throw new PlantainError(
      'unsupported_media_type',
      'Send the form as multipart/form-data, or the body as application/json.',
    );
  }
  const boundary = parameters.get('boundary') ?? '';
  if (boundary === '' || boundary.length > maxBoundaryLength || /[\r\n\0]/.test(boundary)) {
    throw new PlantainError(
      'invalid_value',
      'The content-type header of the multipart form names no usable boundary. Let your HTTP library set this header itself.',
    );
  }
  return boundary;
}

function bodyCut(receivedBytes: number): PlantainError {
  return new PlantainError(
    'malformed_request',
    receivedBytes === 0
      ? 'The multipart form is empty.'
      : 'The multipart form ends before its closing boundary: the body was cut on its way, or its content-length is too small.',
  );
}

function bodyTooLarge(maxBytes: number): PlantainError {
  return new PlantainError(
    'body_too_large',
    `The body is larger than the ${maxBytes} bytes accepted here. Send fewer or smaller pictures.`,
  );
}
