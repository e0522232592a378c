import {
  chmodSync,
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { errorCodeOf } from '../kernel/error-code.ts';
import { randomBase62 } from '../kernel/ids.ts';

/** Room that most pictures fit in. More cannot be asked for: how large a picture gets, nobody knows before. */
const reservedBytes = 1024 * 1024;

/**
 * A hidden file in the folder where a picture will be, with room already taken on the disk. It becomes the picture
 * by being renamed, so that a name never stands for half a picture, and an old file stays until the new one is whole.
 */
export class ReservedFile {
  readonly #path: string;
  #descriptor: number | undefined;

  /** Throws the system's error when the folder cannot be written or the disk has no room. */
  constructor(folder: string) {
    this.#path = path.join(folder, `.plantain-${randomBase62(12)}.part`);
    this.#descriptor = openSync(this.#path, 'wx');
    try {
      writeAll(this.#descriptor, Buffer.alloc(reservedBytes));
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  /** Writes the whole picture and waits until the disk has it. Throws the system's error. */
  fill(bytes: Buffer): void {
    if (this.#descriptor === undefined) throw new Error('the file is written already');
    writeAll(this.#descriptor, bytes);
    ftruncateSync(this.#descriptor, bytes.length);
    fsyncSync(this.#descriptor);
    this.#close();
  }

  /** Takes the name if it is free; false when a file has it. */
  moveToFree(name: string): boolean {
    try {
      closeSync(openSync(name, 'wx'));
    } catch (error) {
      if (errorCodeOf(error) === 'EEXIST') return false;
      throw error;
    }
    renameSync(this.#path, name);
    return true;
  }

  /** Takes the name from a file that may have it, and that file's mode. */
  replace(name: string): void {
    const old = statSync(name, { throwIfNoEntry: false });
    if (old !== undefined) chmodSync(this.#path, old.mode & 0o777);
    renameSync(this.#path, name);
  }

  /** Leaves nothing behind of a file that was not moved. */
  discard(): void {
    this.#close();
    rmSync(this.#path, { force: true });
  }

  #close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; )
    written += writeSync(descriptor, bytes, written, bytes.length - written, written);
}
