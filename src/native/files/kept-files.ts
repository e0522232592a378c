import type { Caller } from '../../journey/image-order.ts';
import type { Clock } from '../../kernel/clock.ts';
import { randomBase62 } from '../../kernel/ids.ts';
import { memoizePromise } from '../../kernel/memoize-promise.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { invalid } from '../invalid.ts';
import { exists, notAccessible, tooLarge } from './file-errors.ts';
import { FileIndex } from './file-index.ts';
import type { FileShelf, KeptFile } from './file-shelf.ts';
import { type AnnouncedFile, type Upload, Uploads } from './uploads.ts';

/** As long as Google keeps them (docs/contracts/gemini.md#files). */
const lifetimeMs = 48 * 3_600_000;
const sweepIntervalMs = 15 * 60_000;
const maxFilesPerKey = 1000;
const nameForm = /^[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?$/;

export interface KeptFilesOptions {
  readonly shelf: FileShelf;
  readonly clock: Clock;
  readonly maxFileBytes: number;
  /** Of all files of one key together. */
  readonly maxBytesPerKey: number;
  /** Tells a picture's type by its bytes; undefined when they are none. */
  readonly typeOf: (bytes: Buffer) => string | undefined;
  /** Files and uploads whose time is over and that could not be removed: how many, once a sweep, and why the first was not. */
  readonly onUnremoved: (count: number, cause: unknown) => void;
}

/**
 * Files that callers send ahead and name later. They stay here, not at an upstream: so every upstream can be asked, none
 * sees more than the request at hand, and a file is its owner's alone. Each is known by its owner and its name.
 */
export class KeptFiles {
  readonly #options: KeptFilesOptions;
  readonly #uploads: Uploads;
  readonly #load = memoizePromise(async () => {
    const { shelf, clock } = this.#options;
    const index = new FileIndex(clock, await shelf.all());
    setInterval(() => void this.sweep(), sweepIntervalMs).unref();
    return index;
  });

  constructor(options: KeptFilesOptions) {
    this.#options = options;
    this.#uploads = new Uploads(options.clock);
  }

  /** Announces a file, and answers the token by which its bytes may be sent: unguessable, and good for an hour. */
  async start({ keyId }: Caller, announced: AnnouncedFile): Promise<string> {
    const { maxFileBytes } = this.#options;
    const index = await this.#load();
    const name = announced.name?.replace(/^files\//, '') || randomName();
    if (!nameForm.test(name))
      throw invalid(
        'file.name',
        'A file name is `files/` and up to 100 lowercase letters, digits and dashes.',
      );
    if (index.find(keyId, name) !== undefined) throw exists(name);
    if ((announced.statedBytes ?? 0) > maxFileBytes) throw tooLarge(maxFileBytes);
    this.#checkRoom(keyId, index, { files: 1, bytes: announced.statedBytes ?? 0 });
    return this.#uploads.begin(keyId, { ...announced, name }).token;
  }

  /** The most bytes that an upload may still bring. Throws when the token is no good, or is another caller's. */
  roomOf(token: string, caller: Caller | undefined): number {
    return this.#options.maxFileBytes - this.#uploads.find(token, caller).sizeBytes;
  }

  /** Bytes of an upload that are here. */
  receivedBytes(token: string, caller: Caller | undefined): number {
    return this.#uploads.find(token, caller).sizeBytes;
  }

  /** Takes the next bytes of an upload; with the last ones the file is there, and is answered. */
  async write(
    token: string,
    caller: Caller | undefined,
    {
      offset,
      bytes,
      isLast,
    }: { readonly offset: number; readonly bytes: readonly Buffer[]; readonly isLast: boolean },
  ): Promise<KeptFile | undefined> {
    const upload = this.#uploads.findIdle(token, caller);
    if (offset !== upload.sizeBytes)
      throw invalid(
        'x-goog-upload-offset',
        `The next byte of this file is ${upload.sizeBytes}, not ${offset}. Ask with the command 'query' where to go on.`,
      );
    upload.isBusy = true;
    try {
      const index = await this.#load();
      const added = bytes.reduce((sum, piece) => sum + piece.length, 0);
      if (upload.sizeBytes + added > this.#options.maxFileBytes) throw tooLarge(this.#options.maxFileBytes);
      this.#checkRoom(upload.keyId, index, { files: 0, bytes: added });
      // Counted before it is there, so that parts that come at once do not each find the same room.
      upload.countedBytes += added;
      // What failed may be there in part, and what goes on after it would not be what was sent.
      await this.#options.shelf
        .append(upload.storageId, bytes)
        .catch((error: unknown) => this.#giveUp(upload, error));
      for (const piece of bytes) upload.hash.update(piece);
      if (upload.head.length < 64)
        upload.head = Buffer.concat([upload.head, ...bytes.slice(0, 1)]).subarray(0, 4096);
      upload.sizeBytes += added;
      return isLast ? await this.#finish(upload) : undefined;
    } finally {
      upload.isBusy = false;
    }
  }

  /** Gives an upload up. */
  async cancel(token: string, caller: Caller | undefined): Promise<void> {
    await this.#discard(this.#uploads.findIdle(token, caller));
  }

  /** Ends an upload for a reason that its sender is told; nothing of it stays. */
  async #giveUp(upload: Upload, reason: unknown): Promise<never> {
    await this.#discard(upload).catch(() => undefined);
    throw reason;
  }

  /** Ends an upload at once. Where its bytes cannot be removed, the next sweep tries again. */
  async #discard(upload: Upload): Promise<void> {
    upload.expiresAtMs = 0;
    await this.#options.shelf.remove(upload.storageId);
    this.#uploads.forget(upload);
  }

  /** A caller's file. Throws `file_not_accessible` for every other one, whether it exists or not. */
  async find({ keyId }: Caller, name: string): Promise<KeptFile> {
    const file = (await this.#load()).find(keyId, name);
    if (file === undefined) throw notAccessible(name);
    return file;
  }

  /** A caller's files, the newest first. */
  async list({ keyId }: Caller): Promise<readonly KeptFile[]> {
    return (await this.#load()).of(keyId).toReversed();
  }

  /** Removes a caller's file. Where that fails the file is still there, and can be removed again. */
  async remove(caller: Caller, name: string): Promise<void> {
    await this.#removeFile(await this.find(caller, name));
  }

  /** Its bytes. Throws `file_not_accessible` when they are gone. */
  async read(file: KeptFile): Promise<Buffer> {
    const bytes = await this.#options.shelf.read(file);
    if (bytes === undefined) throw notAccessible(file.name);
    return bytes;
  }

  /** The same as a stream of them, to be read or left (`FileShelf.open`). */
  async open(file: KeptFile): Promise<AsyncIterable<readonly Buffer[]>> {
    const groups = await this.#options.shelf.open(file);
    if (groups === undefined) throw notAccessible(file.name);
    return groups;
  }

  async #finish(upload: Upload): Promise<KeptFile> {
    const { announced, storageId, keyId, sizeBytes } = upload;
    const index = await this.#load();
    const { statedBytes } = announced;
    const refuse = (reason: unknown): Promise<never> => this.#giveUp(upload, reason);
    if (statedBytes !== undefined && statedBytes !== sizeBytes)
      return refuse(
        invalid(
          'x-goog-upload-header-content-length',
          `${statedBytes} bytes were announced and ${sizeBytes} came.`,
        ),
      );
    if (index.find(keyId, announced.name) !== undefined) return refuse(exists(announced.name));
    const createdAtMs = this.#options.clock.nowMs();
    const file: KeptFile = {
      storageId,
      keyId,
      name: announced.name,
      displayName: announced.displayName,
      mimeType: announced.mimeType ?? this.#options.typeOf(upload.head) ?? 'application/octet-stream',
      sizeBytes,
      sha256: upload.hash.digest('base64'),
      createdAtMs,
      expiresAtMs: createdAtMs + lifetimeMs,
    };
    this.#uploads.forget(upload);
    // From here on its name is taken, also for another upload that ends while this one is stored.
    index.add(file);
    try {
      await this.#options.shelf.keep(file);
    } catch (error) {
      index.forget(file);
      this.#uploads.keep(upload);
      return refuse(error);
    }
    return file;
  }

  /**
   * Removes files and uploads whose time is over; they are not found any more already. One that cannot be removed stays
   * for the next sweep, and keeps nothing else from going. Runs by itself every quarter of an hour.
   */
  async sweep(): Promise<void> {
    let count = 0;
    let first: unknown;
    const note = (cause: unknown): void => {
      if (count++ === 0) first = cause;
    };
    for (const file of (await this.#load()).over()) await this.#removeFile(file).catch(note);
    for (const upload of this.#uploads.over()) await this.#discard(upload).catch(note);
    if (count > 0) this.#options.onUnremoved(count, first);
  }

  /** Forgotten only once it is gone: nobody else would ever remove its bytes. */
  async #removeFile(file: KeptFile): Promise<void> {
    await this.#options.shelf.remove(file.storageId);
    (await this.#load()).forget(file);
  }

  /** Uploads under way count as files, with the bytes of them that have come; `more` comes on top. */
  #checkRoom(
    keyId: string,
    index: FileIndex,
    more: { readonly files: number; readonly bytes: number },
  ): void {
    const files = index.of(keyId);
    const underWay = this.#uploads.underWay().filter((upload) => upload.keyId === keyId);
    const keptBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const comingBytes = underWay.reduce((sum, { countedBytes }) => sum + countedBytes, 0);
    if (
      files.length + underWay.length + more.files <= maxFilesPerKey &&
      keptBytes + comingBytes + more.bytes <= this.#options.maxBytesPerKey
    )
      return;
    const message = `Your files take all the room they may: ${maxFilesPerKey} files and ${this.#options.maxBytesPerKey} bytes. Delete some; each goes by itself after 48 hours.`;
    throw new PlantainError('file_space_used_up', message);
  }
}

function randomName(): string {
  return randomBase62(16).toLowerCase();
}
