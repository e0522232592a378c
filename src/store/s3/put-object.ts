import { field } from './s3-documents.ts';
import { S3Failure } from './s3-failure.ts';
import type { S3Requests } from './s3-requests.ts';

/** More than the 5 MiB that every part but the last must have, and all that an upload holds in memory. */
const partBytes = 8 * 1024 * 1024;

export interface NewObject {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: AsyncIterable<Buffer> | Iterable<Buffer>;
  readonly signal: AbortSignal;
}

/**
 * Stores an object whole or not at all, and answers its size. What fits into one part goes up in one request; more goes
 * up part by part, so that it need never be in memory as a whole, and each can be sent again.
 */
export async function putObject(
  requests: S3Requests,
  { key, headers, bytes, signal }: NewObject,
): Promise<number> {
  let upload: { readonly id: string; readonly etags: string[] } | undefined;
  let sizeBytes = 0;
  try {
    for await (const { pieces, length, isLast } of partsOf(bytes)) {
      signal.throwIfAborted();
      sizeBytes += length;
      if (isLast && upload === undefined) {
        await requests.sendAndForget({ method: 'PUT', key, headers, body: pieces, signal });
        return sizeBytes;
      }
      upload ??= { id: await begin(requests, key, headers, signal), etags: [] };
      const query = { partNumber: String(upload.etags.length + 1), uploadId: upload.id };
      const answer = await requests.sendAndForget({ method: 'PUT', key, query, body: pieces, signal });
      upload.etags.push(String(answer['etag']));
    }
    signal.throwIfAborted();
    if (upload !== undefined) await complete(requests, key, upload.id, upload.etags, signal);
    return sizeBytes;
  } catch (thrown) {
    if (upload !== undefined) await giveUp(requests, key, upload.id).catch(() => undefined);
    throw thrown;
  }
}

/** Forgets the parts of an upload. Is content if there are none. */
export async function giveUp(requests: S3Requests, key: string, uploadId: string): Promise<void> {
  await requests.sendAndForget({ method: 'DELETE', key, query: { uploadId } });
}

async function begin(
  requests: S3Requests,
  key: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  const id = field(
    await requests.ask({ method: 'POST', key, query: { uploads: '' }, headers, signal }),
    'UploadId',
  );
  if (id === '') throw new S3Failure(200, 'NoUploadId');
  return id;
}

async function complete(
  requests: S3Requests,
  key: string,
  uploadId: string,
  etags: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const parts = etags.map(
    (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
  );
  const body = [Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)];
  const said = await requests.ask({ method: 'POST', key, query: { uploadId }, body, signal });
  // The status was sent before it was known whether the parts fit together.
  if (/<Error>/.test(said)) throw new S3Failure(500, field(said, 'Code'));
}

/** Gathers bytes into parts. Copies them: a source may use its buffers again. The last part can be empty. */
async function* partsOf(bytes: AsyncIterable<Buffer> | Iterable<Buffer>) {
  let pieces: Buffer[] = [];
  let length = 0;
  for await (const whole of bytes) {
    for (let rest = whole; rest.length > 0; ) {
      // Only once more bytes are there is it known that a full part is not the last one.
      if (length === partBytes) {
        yield { pieces, length, isLast: false };
        pieces = [];
        length = 0;
      }
      const piece = rest.subarray(0, partBytes - length);
      pieces.push(Buffer.from(piece));
      length += piece.length;
      rest = rest.subarray(piece.length);
    }
  }
  yield { pieces, length, isLast: true };
}
