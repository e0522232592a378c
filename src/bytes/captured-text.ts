import { Base64Image } from './base64-image.ts';
import { ByteSink } from './byte-sink.ts';

/** Runs shorter than this are copied together, so that a hostile answer cannot make millions of tiny slices. */
const minSliceBytes = 1024;

/** One long string of the answer, gathered as slices of the chunks it arrived in. */
export class CapturedText {
  readonly #slices: Buffer[] = [];
  readonly #short = new ByteSink(64 * 1024, minSliceBytes);
  #isPlain = true;

  appendSlice(chunk: Buffer, start: number, end: number): void {
    if (end - start >= minSliceBytes) {
      this.#flush();
      this.#slices.push(chunk.subarray(start, end));
    } else if (end > start) {
      if (this.#short.length + end - start > 32 * 1024) this.#flush();
      this.#short.append(chunk, start, end);
    }
  }

  /**
   * A character that was written as an escape. Base64 has none outside ASCII, and a quote or backslash would
   * end or bend the string that the text is later written into as it is.
   */
  appendCodeUnit(codeUnit: number): void {
    if (codeUnit > 0x7e || codeUnit < 0x20 || codeUnit === 0x22 || codeUnit === 0x5c) this.#isPlain = false;
    if (this.#short.length >= 32 * 1024) this.#flush();
    this.#short.appendByte(codeUnit & 0x7f);
  }

  /** The text as base64; undefined when an escape shows that it cannot be base64. */
  finish(): Base64Image | undefined {
    this.#flush();
    return this.#isPlain ? new Base64Image(this.#slices) : undefined;
  }

  #flush(): void {
    if (this.#short.length > 0) this.#slices.push(this.#short.take());
  }
}
