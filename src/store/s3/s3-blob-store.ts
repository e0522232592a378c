import type { Readable } from 'node:stream';
import type { BlobInfo, BlobStore, ByteSpan, OpenBlob } from '../../gallery/blob-store.ts';
import { isImageName, mimeTypeOfName } from '../../gallery/image-name.ts';
import { giveUp, putObject } from './put-object.ts';
import { listObjects } from './list-objects.ts';
import { pieceByPiece } from './piece-by-piece.ts';
import { readUploadList } from './s3-documents.ts';
import { absentIfMissing, S3Failure, toStoreError } from './s3-failure.ts';
import type { S3Answer, S3Requests } from './s3-requests.ts';

/** Pictures as objects: `<prefix><folder>/<name>`. Any number of processes may share them. */
export class S3BlobStore implements BlobStore {
  readonly #requests: S3Requests;
  readonly #folder: string;

  /** `folder`: what keeps these blobs apart from others in the bucket, such as `images`. */
  constructor(requests: S3Requests, folder: string) {
    this.#requests = requests;
    this.#folder = `${folder}/`;
  }

  async put(
    name: string,
    bytes: AsyncIterable<Buffer> | Iterable<Buffer>,
    signal: AbortSignal,
  ): Promise<BlobInfo> {
    signal.throwIfAborted();
    if (!isImageName(name)) throw new RangeError('Not a name of a stored picture.');
    // For those who are led straight to it.
    const headers = {
      'content-type': mimeTypeOfName(name),
      'content-disposition': `inline; filename="${name}"`,
    };
    try {
      const sizeBytes = await putObject(this.#requests, { key: this.#keyOf(name), headers, bytes, signal });
      return { name, sizeBytes, modifiedAtMs: Date.now() };
    } catch (error) {
      throw toStoreError(error);
    }
  }

  async open(name: string): Promise<OpenBlob | undefined> {
    if (!isImageName(name)) return undefined;
    const key = this.#keyOf(name);
    const answer = await absentIfMissing(this.#requests.send({ method: 'GET', key }));
    if (answer === undefined) return undefined;
    const { body } = answer;
    const sizeBytes = lengthOf(answer);
    return {
      sizeBytes,
      read: (span) => {
        if (span === undefined || (span.start === 0 && span.endInclusive === sizeBytes - 1))
          return pieceByPiece(body);
        giveUpBody(body);
        return this.#part(key, span);
      },
      close: async () => giveUpBody(body),
    };
  }

  async stat(name: string): Promise<BlobInfo | undefined> {
    if (!isImageName(name)) return undefined;
    const wanted = { method: 'HEAD', key: this.#keyOf(name) } as const;
    const answer = await absentIfMissing(this.#requests.send(wanted));
    if (answer === undefined) return undefined;
    await answer.body.dump();
    const modifiedAtMs = Date.parse(String(answer.headers['last-modified']));
    return { name, sizeBytes: lengthOf(answer), modifiedAtMs };
  }

  async remove(name: string): Promise<boolean> {
    // Stores answer alike whether it was there or not.
    if ((await this.stat(name)) === undefined) return false;
    const wanted = { method: 'DELETE', key: this.#keyOf(name) } as const;
    return (await absentIfMissing(this.#requests.sendAndForget(wanted))) !== undefined;
  }

  async *list(beforeMs: number): AsyncGenerator<BlobInfo> {
    try {
      for await (const { key: name, sizeBytes, modifiedAtMs } of listObjects(this.#requests, this.#folder))
        if (isImageName(name) && modifiedAtMs < beforeMs) yield { name, sizeBytes, modifiedAtMs };
    } catch (error) {
      throw toStoreError(error);
    }
  }

  async removeAbandoned(beforeMs: number): Promise<number> {
    const prefix = this.#requests.prefix + this.#folder;
    let removed = 0;
    let next: string | undefined;
    do {
      const page = await this.#document(
        { uploads: '', prefix, ...(next !== undefined && { 'key-marker': next }) },
        readUploadList,
      );
      for (const { key, uploadId, initiatedAtMs } of page.entries) {
        const name = key.slice(prefix.length);
        if (!isImageName(name) || initiatedAtMs >= beforeMs) continue;
        await absentIfMissing(giveUp(this.#requests, this.#keyOf(name), uploadId));
        removed++;
      }
      next = page.next;
    } while (next !== undefined);
    return removed;
  }

  linkTo(name: string, lifetimeMs: number): Promise<string> {
    return this.#requests.presign(this.#keyOf(name), lifetimeMs);
  }

  /** Names never get other bytes, so that a part asked for later is one of the same blob. */
  async *#part(key: string, { start, endInclusive }: ByteSpan): AsyncGenerator<readonly Buffer[]> {
    const headers = { range: `bytes=${start}-${endInclusive}` };
    const answer = await this.#requests.send({ method: 'GET', key, headers });
    if (answer.statusCode !== 206 || lengthOf(answer) !== endInclusive - start + 1) {
      giveUpBody(answer.body);
      throw new S3Failure(answer.statusCode, 'RangeIgnored');
    }
    yield* pieceByPiece(answer.body);
  }

  async #document<Document>(
    query: Readonly<Record<string, string>>,
    read: (document: string) => Document,
  ): Promise<Document> {
    try {
      return read(await this.#requests.ask({ method: 'GET', query }));
    } catch (error) {
      throw toStoreError(error);
    }
  }

  #keyOf(name: string): string {
    return `${this.#folder}${name}`;
  }
}

/** Ends a body that nobody reads. Its connection goes with it. */
function giveUpBody(body: Readable): void {
  body.on('error', () => undefined).destroy();
}

function lengthOf({ statusCode, headers, body }: S3Answer): number {
  const length = Number(headers['content-length'] ?? Number.NaN);
  if (Number.isSafeInteger(length)) return length;
  giveUpBody(body);
  throw toStoreError(new S3Failure(statusCode, 'NoContentLength'));
}
