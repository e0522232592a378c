import { responseFault } from './response-head.ts';

/** Of one line of a chunk's size with its extensions, and of all trailers. */
const maxLineBytes = 16 * 1024;
/** More digits would be beyond what a number holds exactly. */
const maxSizeDigits = 13;

const CR = 0x0d;
const LF = 0x0a;

type Place = 'size' | 'extension' | 'size end' | 'data' | 'data end' | 'data end LF' | 'trailer' | 'last LF';

/**
 * A body in chunks (RFC 9112, 7.1), taken apart as it arrives. Extensions and trailers are passed over. Throws
 * `ConnectionError` for bytes that are no such body.
 */
export class ChunkedBody {
  readonly #onData: (data: Buffer) => void;
  #place: Place = 'size';
  #leftBytes = 0;
  #digits = 0;
  #lineBytes = 0;
  #trailerBytes = 0;

  constructor(onData: (data: Buffer) => void) {
    this.#onData = onData;
  }

  /** Takes `bytes` from `start` on. Answers where the body ended in them; undefined: not yet. */
  push(bytes: Buffer, start: number): number | undefined {
    let at = start;
    while (at < bytes.length) {
      if (this.#place === 'data') {
        const end = Math.min(bytes.length, at + this.#leftBytes);
        this.#leftBytes -= end - at;
        if (this.#leftBytes === 0) this.#place = 'data end';
        this.#onData(bytes.subarray(at, end));
        at = end;
      } else if (this.#step(bytes[at++] ?? 0)) return at;
    }
    return undefined;
  }

  /** One byte outside the data. Answers whether it was the body's last. */
  #step(byte: number): boolean {
    switch (this.#place) {
      case 'size':
        this.#readSize(byte);
        return false;
      case 'extension':
        if (++this.#lineBytes > maxLineBytes) throw responseFault('an extension of a chunk is too long');
        if (byte === CR) this.#place = 'size end';
        else if (byte === LF) throw responseFault('a line ends without a CR');
        return false;
      case 'size end':
        if (byte !== LF) throw responseFault('a CR without an LF');
        this.#beginChunk();
        return false;
      case 'data end':
        if (byte !== CR) throw responseFault('a chunk is longer than it says');
        this.#place = 'data end LF';
        return false;
      case 'data end LF':
        if (byte !== LF) throw responseFault('a chunk is longer than it says');
        this.#place = 'size';
        return false;
      case 'last LF':
        if (byte !== LF) throw responseFault('a CR without an LF');
        return true;
      default:
        return this.#passTrailer(byte);
    }
  }

  #readSize(byte: number): void {
    const digit = Number.parseInt(String.fromCharCode(byte), 16);
    if (Number.isNaN(digit)) {
      if (this.#digits === 0) throw responseFault('a chunk has no size');
      this.#lineBytes = 0;
      if (byte === CR) this.#place = 'size end';
      // Blanks before an extension are of old servers (RFC 9112, 7.1.1).
      else if (byte === 0x3b || byte === 0x20 || byte === 0x09) this.#place = 'extension';
      else throw responseFault('the size of a chunk is no number');
      return;
    }
    if (++this.#digits > maxSizeDigits) throw responseFault('a chunk is too large');
    this.#leftBytes = this.#leftBytes * 16 + digit;
  }

  #beginChunk(): void {
    this.#place = this.#leftBytes === 0 ? 'trailer' : 'data';
    this.#digits = 0;
    this.#lineBytes = 0;
  }

  /** Lines until an empty one. */
  #passTrailer(byte: number): boolean {
    if (++this.#trailerBytes > maxLineBytes) throw responseFault('the trailers are too long');
    if (byte === CR && this.#lineBytes === 0) this.#place = 'last LF';
    else if (byte === LF) this.#lineBytes = 0;
    else this.#lineBytes++;
    return false;
  }
}
