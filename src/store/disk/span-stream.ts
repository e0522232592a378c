import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { callbackify } from 'node:util';
import type { ByteSpan } from '../../gallery/blob-store.ts';

/** Read at a time: as in `decode-base64.ts`, the knee between calls and the collector's work. */
const readBytes = 192 * 1024;

/**
 * Exactly the bytes of `span` from an open file, which it closes in every case. A file that has become shorter
 * breaks the stream instead of ending it: its length was promised, and whatever came next on the connection
 * would be taken for the rest of the picture.
 */
export class SpanStream extends Readable {
  readonly #handle: FileHandle;
  readonly #endInclusive: number;
  #position: number;

  constructor(handle: FileHandle, { start, endInclusive }: ByteSpan) {
    super({ highWaterMark: 1 });
    this.#handle = handle;
    this.#position = start;
    this.#endInclusive = endInclusive;
  }

  override _read(): void {
    const left = this.#endInclusive - this.#position + 1;
    if (left <= 0) {
      this.push(null);
      return;
    }
    const length = Math.min(left, readBytes);
    this.#handle.read(Buffer.allocUnsafeSlow(length), 0, length, this.#position).then(
      ({ bytesRead, buffer }) => {
        if (bytesRead === 0) {
          this.destroy(new Error(`A stored picture ended ${String(left)} bytes early.`));
          return;
        }
        this.#position += bytesRead;
        this.push(buffer.subarray(0, bytesRead));
      },
      (error: unknown) => this.destroy(error as Error),
    );
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    callbackify(() => this.#handle.close())((closeError) => callback(error ?? closeError));
  }
}
