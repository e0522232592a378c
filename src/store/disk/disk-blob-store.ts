import { constants } from 'node:fs';
import { lstat, mkdir, open, opendir, readdir, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodeOf } from '../../kernel/error-code.ts';
import type { BlobInfo, BlobStore, OpenBlob } from '../../gallery/blob-store.ts';
import { isImageName } from '../../gallery/image-name.ts';
import { randomBase62 } from '../../kernel/ids.ts';
import { absentIfMissing, toDiskError } from './disk-failure.ts';
import { readSpan } from './read-span.ts';
import { writePieces } from './write-pieces.ts';

/** Half-written files lie here, on the same file system, where no link reaches them. */
const incomingDirectory = 'incoming';

/**
 * Pictures as files: `<directory>/<first two characters>/<name>`, so that no directory grows without end.
 * A file appears by rename once all its bytes are written. Several processes may share the directory.
 */
export class DiskBlobStore implements BlobStore {
  readonly #directory: string;
  readonly #isDurable: boolean;

  /**
   * `directory` is made when the first picture is stored. Durable: a stored blob is on the disk itself, and outlasts a
   * power cut; else the system writes it out in its own time, and one cut short by a power cut may be found.
   */
  constructor(directory: string, { isDurable }: { readonly isDurable: boolean }) {
    this.#directory = directory;
    this.#isDurable = isDurable;
  }

  async put(
    name: string,
    bytes: AsyncIterable<Buffer> | Iterable<Buffer>,
    signal: AbortSignal,
    { isLastUse } = { isLastUse: false },
  ): Promise<BlobInfo> {
    signal.throwIfAborted();
    if (!isImageName(name)) throw new RangeError('Not a name of a stored picture.');
    const incoming = join(this.#directory, incomingDirectory);
    const temporaryPath = join(incoming, `${randomBase62(24)}.tmp`);
    try {
      const handle = await inDirectory(incoming, () => open(temporaryPath, 'wx', 0o600));
      let sizeBytes;
      try {
        sizeBytes = await writePieces(handle, bytes, { signal, isLastUse });
        if (this.#isDurable) await handle.datasync();
      } finally {
        await handle.close();
      }
      await inDirectory(this.#shardOf(name), () => rename(temporaryPath, this.#pathOf(name)));
      return { name, sizeBytes, modifiedAtMs: Date.now() };
    } catch (error) {
      await rm(temporaryPath, { force: true }).catch(() => undefined);
      throw toDiskError(error, diskFull);
    }
  }

  async open(name: string): Promise<OpenBlob | undefined> {
    if (!isImageName(name)) return undefined;
    const handle = await absentIfMissing(open(this.#pathOf(name), constants.O_RDONLY | constants.O_NOFOLLOW));
    if (handle === undefined) return undefined;
    try {
      const status = await handle.stat();
      if (!status.isFile()) {
        await handle.close();
        return undefined;
      }
      const whole = { start: 0, endInclusive: status.size - 1 };
      return {
        sizeBytes: status.size,
        read: (span = whole) => readSpan(handle, span),
        close: () => handle.close(),
      };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async stat(name: string): Promise<BlobInfo | undefined> {
    if (!isImageName(name)) return undefined;
    const status = await absentIfMissing(lstat(this.#pathOf(name)));
    return status?.isFile() ? { name, sizeBytes: status.size, modifiedAtMs: status.mtimeMs } : undefined;
  }

  async remove(name: string): Promise<boolean> {
    if (!isImageName(name)) return false;
    return (await absentIfMissing(unlink(this.#pathOf(name)).then(() => true))) ?? false;
  }

  async *list(beforeMs: number): AsyncGenerator<BlobInfo> {
    const shards = (await absentIfMissing(readdir(this.#directory))) ?? [];
    for (const shard of shards.filter((entry) => /^[0-9A-Za-z]{2}$/.test(entry))) {
      const directory = await absentIfMissing(opendir(join(this.#directory, shard)));
      if (directory === undefined) continue;
      for await (const entry of directory) {
        if (!isImageName(entry.name)) continue;
        const blob = await this.stat(entry.name);
        if (blob !== undefined && blob.modifiedAtMs < beforeMs) yield blob;
      }
    }
  }

  async removeAbandoned(beforeMs: number): Promise<number> {
    const incoming = join(this.#directory, incomingDirectory);
    let removed = 0;
    for (const entry of (await absentIfMissing(readdir(incoming))) ?? []) {
      if (!entry.endsWith('.tmp')) continue;
      const path = join(incoming, entry);
      const status = await absentIfMissing(lstat(path));
      if (status === undefined || status.mtimeMs >= beforeMs) continue;
      if ((await absentIfMissing(unlink(path).then(() => true))) === true) removed++;
    }
    return removed;
  }

  #shardOf(name: string): string {
    return join(this.#directory, name.slice(0, 2));
  }

  #pathOf(name: string): string {
    return join(this.#shardOf(name), name);
  }
}

/** Does what needs a directory, and makes that one only when it turns out to be missing: it nearly always is there. */
async function inDirectory<Value>(directory: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (errorCodeOf(error) !== 'ENOENT') throw error;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return work();
  }
}

const diskFull =
  'The disk for stored pictures is full. Ask with response_format b64_json to get the picture in the answer itself.';
