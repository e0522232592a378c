import type { Readable } from 'node:stream';
import type { MultipartForm } from '../journey/image-request.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { FormReader, type MultipartLimits } from './form-reader.ts';
import { readParameterisedHeader } from './header-parameters.ts';
import { freeOwn } from '../bytes/free-bytes.ts';
import { boundaryNeverComes, MultipartScanner } from '../bytes/multipart-scanner.ts';
import { type BodyReading, type BodySize, readBytes } from './read-bytes.ts';

export type { MultipartLimits } from './form-reader.ts';

/**
 * Reads a `multipart/form-data` body to its end. Pictures become base64 as they arrive and are never held as
 * bytes too; fields and files keep the order, names and doubles they were sent with, in arrays, so that no
 * name can reach an object's prototype.
 *
 * Rejects with `unsupported_media_type`, `invalid_value` (no boundary, too many parts, a field that is not text),
 * `malformed_request` (a cut body), or as `readBytes` does.
 */
export async function readMultipart(
  stream: Readable,
  contentType: string,
  limits: MultipartLimits,
  size: BodySize,
  reading: BodyReading,
): Promise<MultipartForm> {
  const reader = new FormReader(limits);
  const scanner = new MultipartScanner(boundaryOf(contentType), limits.maxHeaderBytes, reader);
  const receivedBytes = await readBytes(stream, size, reading, (chunk) => {
    scanner.push(chunk);
    freeOwn(chunk);
  });
  if (!scanner.isDone)
    throw scanner.hasBegun || receivedBytes === 0 ? bodyCut(receivedBytes) : boundaryNeverComes();
  return reader.form;
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
