import { setImmediate } from 'node:timers/promises';
import { Base64Image } from '../kernel/base64-image.ts';

/** Bytes of an encoded slice: a multiple of 4. */
const sliceBytes = 256 * 1024;
/** Bytes encoded at a time, a multiple of 3: the passing string then lives and dies in the young heap. */
const pieceBytes = 12 * 1024;
/** Bytes encoded before other requests get their turn: about a millisecond. */
const turnBytes = 2 * 1024 * 1024;

/** Encodes bytes as they arrive into slices of 256 KB; no string longer than a slice is ever made. */
export class Base64Encoder {
  readonly #slices: Buffer[] = [];
  #slice = Buffer.alloc(0);
  #used = 0;
  /** Bytes that do not fill a group of three yet. */
  #carry = Buffer.alloc(0);

  push(chunk: Buffer): void {
    let start = 0;
    if (this.#carry.length > 0) {
      start = Math.min(3 - this.#carry.length, chunk.length);
      this.#carry = Buffer.concat([this.#carry, chunk.subarray(0, start)]);
      if (this.#carry.length < 3) return;
      this.#write(this.#carry, 0, 3);
    }
    const whole = start + Math.floor((chunk.length - start) / 3) * 3;
    this.#write(chunk, start, whole);
    // A copy, so that three bytes do not keep a whole chunk in memory.
    this.#carry = Buffer.from(chunk.subarray(whole));
  }

  end(): Base64Image {
    this.#write(this.#carry, 0, this.#carry.length);
    this.#carry = Buffer.alloc(0);
    this.#close();
    return new Base64Image(this.#slices);
  }

  #write(bytes: Buffer, start: number, end: number): void {
    let offset = start;
    while (offset < end) {
      if (this.#used === this.#slice.length) {
        this.#close();
        this.#slice = Buffer.allocUnsafeSlow(sliceBytes);
        this.#used = 0;
      }
      const room = ((this.#slice.length - this.#used) / 4) * 3;
      const next = Math.min(end, offset + room, offset + pieceBytes);
      this.#used += this.#slice.write(bytes.toString('base64', offset, next), this.#used, 'latin1');
      offset = next;
    }
  }

  #close(): void {
    if (this.#used === 0) return;
    const filled = this.#slice.subarray(0, this.#used);
    // The last slice of a picture is seldom full: a copy gives the rest back.
    this.#slices.push(this.#used === this.#slice.length ? filled : Buffer.from(filled));
    this.#used = 0;
    this.#slice = Buffer.alloc(0);
  }
}

/** The base64 of bytes in memory, in slices of at most 256 KB. */
export function encodeBase64(bytes: Buffer): Base64Image {
  const encoder = new Base64Encoder();
  encoder.push(bytes);
  return encoder.end();
}

/** As `encodeBase64`, letting the event loop breathe, for the tens of megabytes that a 4K picture can have. */
export async function encodeBase64InTurns(bytes: Buffer): Promise<Base64Image> {
  const encoder = new Base64Encoder();
  for (let start = 0; start < bytes.length; start += turnBytes) {
    if (start > 0) await setImmediate();
    encoder.push(bytes.subarray(start, start + turnBytes));
  }
  return encoder.end();
}

/** The base64 of bytes as they arrive. The source bounds the size; its error passes through. */
export async function encodeBase64Stream(source: AsyncIterable<Buffer>): Promise<Base64Image> {
  const encoder = new Base64Encoder();
  for await (const chunk of source) encoder.push(chunk);
  return encoder.end();
}
