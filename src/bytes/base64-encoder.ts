import { Base64Image } from './base64-image.ts';

const smallestBlockBytes = 4 * 1024;
const largestBlockBytes = 256 * 1024;
/** A multiple of three; its base64 is a string small enough to die young. */
const pieceBytes = 24 * 1024;

/**
 * Turns bytes into base64 while they arrive, so that the bytes themselves need not be kept. Memory held is
 * four thirds of the bytes plus at most half a block, however small the chunks are.
 */
export class Base64Encoder {
  readonly #slices: Buffer[] = [];
  #block = Buffer.alloc(0);
  #blockLength = 0;
  /** One or two bytes that wait for their third. */
  readonly #carry = Buffer.alloc(3);
  #carryLength = 0;
  #byteLength = 0;

  /** Bytes taken in so far. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** Takes `bytes` in; they may be reused afterwards. */
  push(bytes: Buffer): void {
    this.#byteLength += bytes.length;
    let position = 0;
    if (this.#carryLength > 0) {
      while (this.#carryLength < 3 && position < bytes.length)
        this.#carry[this.#carryLength++] = bytes[position++] ?? 0;
      if (this.#carryLength < 3) return;
      this.#write(this.#carry);
      this.#carryLength = 0;
    }
    const wholeEnd = bytes.length - ((bytes.length - position) % 3);
    while (position < wholeEnd) {
      const end = Math.min(position + pieceBytes, wholeEnd);
      position += this.#write(bytes.subarray(position, end));
    }
    while (position < bytes.length) this.#carry[this.#carryLength++] = bytes[position++] ?? 0;
  }

  /** The picture, padded. The encoder is spent afterwards. */
  finish(): Base64Image {
    if (this.#carryLength > 0) this.#write(this.#carry.subarray(0, this.#carryLength));
    this.#carryLength = 0;
    if (this.#blockLength > 0) {
      const last = this.#block.subarray(0, this.#blockLength);
      // A block that is mostly empty is copied, so that its unused end is given back.
      this.#slices.push(this.#blockLength * 2 < this.#block.length ? Buffer.from(last) : last);
    }
    this.#block = Buffer.alloc(0);
    return new Base64Image(this.#slices);
  }

  /** Encodes what fits the block, in whole groups of three unless it is the end; answers the bytes taken. */
  #write(bytes: Buffer): number {
    if (this.#blockLength === this.#block.length) this.#startBlock();
    const room = ((this.#block.length - this.#blockLength) / 4) * 3;
    const taken = bytes.length > room ? bytes.subarray(0, room) : bytes;
    // Node encodes base64 natively only by way of a string; one of 32 KiB at most costs little and is gone at once.
    this.#blockLength += this.#block.write(taken.toString('base64'), this.#blockLength, 'latin1');
    return taken.length;
  }

  #startBlock(): void {
    if (this.#block.length > 0) this.#slices.push(this.#block);
    this.#block = Buffer.allocUnsafeSlow(
      Math.min(largestBlockBytes, Math.max(smallestBlockBytes, this.#block.length * 2)),
    );
    this.#blockLength = 0;
  }
}
