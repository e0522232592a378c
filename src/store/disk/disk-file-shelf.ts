import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileShelf, KeptFile } from '../../native/files/file-shelf.ts';
import { absentIfMissing, toDiskError } from './disk-failure.ts';
import { readSpan } from './read-span.ts';

const storageIdForm = /^[0-9A-Za-z]{1,64}$/;
/** Anything else in the way of a file is a fault. */
const notThere = ['ENOENT'];
const bytesEnding = '.bytes';
const factsEnding = '.json';

/** Files as files: `<id>.bytes` and, once they are whole, `<id>.json` with what is known of them. */
export class DiskFileShelf implements FileShelf {
  readonly #directory: string;

  /** `directory` is made when the first file comes. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  async append(storageId: string, bytes: readonly Buffer[]): Promise<void> {
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      // Also of no bytes at all: an empty file is one.
      await writeFile(this.#path(storageId, bytesEnding), bytes, { flag: 'a', mode: 0o600 });
    } catch (error) {
      throw toFileError(error);
    }
  }

  async keep(file: KeptFile): Promise<void> {
    const path = this.#path(file.storageId, factsEnding);
    try {
      await writeFile(`${path}.tmp`, JSON.stringify(file), { mode: 0o600, flush: true });
      await rename(`${path}.tmp`, path);
    } catch (error) {
      throw toFileError(error);
    }
  }

  async read({ storageId }: KeptFile): Promise<Buffer | undefined> {
    return absentIfMissing(readFile(this.#path(storageId, bytesEnding)), notThere);
  }

  async open({ storageId, sizeBytes }: KeptFile): Promise<AsyncIterable<readonly Buffer[]> | undefined> {
    const handle = await absentIfMissing(open(this.#path(storageId, bytesEnding)), notThere);
    return handle && readSpan(handle, { start: 0, endInclusive: sizeBytes - 1 });
  }

  async remove(storageId: string): Promise<void> {
    for (const ending of [factsEnding, bytesEnding]) await rm(this.#path(storageId, ending), { force: true });
  }

  async all(): Promise<readonly KeptFile[]> {
    const names = (await absentIfMissing(readdir(this.#directory), notThere)) ?? [];
    const files: KeptFile[] = [];
    for (const name of names.filter((entry) => entry.endsWith(factsEnding))) {
      const text = await readFile(join(this.#directory, name), 'utf8');
      // Written by this class, whole or not at all.
      files.push(JSON.parse(text) as KeptFile);
    }
    const known = new Set(
      files.flatMap(({ storageId }) => [storageId + factsEnding, storageId + bytesEnding]),
    );
    for (const name of names.filter((entry) => !known.has(entry)))
      await rm(join(this.#directory, name), { force: true });
    return files.toSorted((left, right) => left.createdAtMs - right.createdAtMs);
  }

  #path(storageId: string, ending: string): string {
    if (!storageIdForm.test(storageId)) throw new RangeError('Not an id of a stored file.');
    return join(this.#directory, `${storageId}${ending}`);
  }
}

/** The failure of a file that is being sent to a disk. */
export function toFileError(error: unknown): unknown {
  return toDiskError(error, "The server's disk is full: the file was not kept.");
}
