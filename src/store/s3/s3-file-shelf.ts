import { createReadStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileShelf, KeptFile } from '../../native/files/file-shelf.ts';
import { toFileError } from '../disk/disk-file-shelf.ts';
import { listObjects } from './list-objects.ts';
import type { ListedObject } from './s3-documents.ts';
import { pieceByPiece } from './piece-by-piece.ts';
import { putObject } from './put-object.ts';
import { absentIfMissing, toStoreError } from './s3-failure.ts';
import type { S3Requests } from './s3-requests.ts';

const storageIdForm = /^[0-9A-Za-z]{1,64}$/;
const bytesEnding = '.bytes';
const factsEnding = '.json';
const folder = 'files/';
const maxFactsBytes = 64 * 1024;
const cure = 'The file was not kept: send it again in a moment.';
/** What is older and was not kept was left by a process that died while it stored it. */
const abandonedAfterMs = 60 * 60 * 1000;
/** The caller who sends waits for it as long as it takes; each request has a time-out. */
const never = new AbortController().signal;

/**
 * Files as objects: `<prefix>files/<id>.bytes` and, once those are there, `<id>.json` with what is known of them. While a
 * file is being sent it lies on the disk: objects cannot grow.
 */
export class S3FileShelf implements FileShelf {
  readonly #requests: S3Requests;
  readonly #incoming: string;

  /** `incoming`: a folder of this process alone, made when the first file comes and emptied at the start. */
  constructor(requests: S3Requests, incoming: string) {
    this.#requests = requests;
    this.#incoming = incoming;
  }

  async append(storageId: string, bytes: readonly Buffer[]): Promise<void> {
    const path = this.#pathOf(storageId);
    try {
      await mkdir(this.#incoming, { recursive: true, mode: 0o700 });
      await writeFile(path, bytes, { flag: 'a', mode: 0o600 });
    } catch (error) {
      throw toFileError(error);
    }
  }

  async keep(file: KeptFile): Promise<void> {
    const path = this.#pathOf(file.storageId);
    try {
      await this.#put(file.storageId + bytesEnding, createReadStream(path) as AsyncIterable<Buffer>);
      await this.#put(file.storageId + factsEnding, [Buffer.from(JSON.stringify(file))]);
    } finally {
      await rm(path, { force: true });
    }
  }

  read({ storageId, sizeBytes }: KeptFile): Promise<Buffer | undefined> {
    return this.#get(storageId + bytesEnding, sizeBytes);
  }

  async open({ storageId }: KeptFile): Promise<AsyncIterable<readonly Buffer[]> | undefined> {
    const key = folder + storageId + bytesEnding;
    const answer = await absentIfMissing(this.#requests.send({ method: 'GET', key }), cure);
    return answer && pieceByPiece(answer.body);
  }

  async remove(storageId: string): Promise<void> {
    await rm(this.#pathOf(storageId), { force: true });
    for (const ending of [factsEnding, bytesEnding]) await this.#delete(storageId + ending);
  }

  async all(): Promise<readonly KeptFile[]> {
    await rm(this.#incoming, { recursive: true, force: true });
    try {
      const listed: ListedObject[] = [];
      for await (const entry of listObjects(this.#requests, folder)) listed.push(entry);
      const files: KeptFile[] = [];
      for (const { key } of listed.filter((entry) => entry.key.endsWith(factsEnding))) {
        const facts = await this.#get(key, maxFactsBytes);
        // Written by this class, whole or not at all.
        if (facts !== undefined) files.push(JSON.parse(facts.toString()) as KeptFile);
      }
      const known = new Set(files.map(({ storageId }) => storageId + bytesEnding));
      const oldestMs = Date.now() - abandonedAfterMs;
      for (const { key, modifiedAtMs } of listed)
        if (key.endsWith(bytesEnding) && !known.has(key) && modifiedAtMs < oldestMs) await this.#delete(key);
      return files.toSorted((left, right) => left.createdAtMs - right.createdAtMs);
    } catch (error) {
      throw toStoreError(error, cure);
    }
  }

  async #put(name: string, bytes: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
    try {
      await putObject(this.#requests, { key: folder + name, headers: {}, bytes, signal: never });
    } catch (error) {
      throw toStoreError(error, cure);
    }
  }

  #get(name: string, maxBytes: number): Promise<Buffer | undefined> {
    return absentIfMissing(this.#requests.read({ method: 'GET', key: folder + name }, maxBytes), cure);
  }

  async #delete(name: string): Promise<void> {
    await absentIfMissing(this.#requests.sendAndForget({ method: 'DELETE', key: folder + name }), cure);
  }

  #pathOf(storageId: string): string {
    if (!storageIdForm.test(storageId)) throw new RangeError('Not an id of a stored file.');
    return join(this.#incoming, storageId);
  }
}
