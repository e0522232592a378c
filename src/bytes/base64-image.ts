/**
 * A picture as the base64 text it travels in, held as slices of the buffers it arrived in. Image bytes are
 * never joined, and never become JavaScript strings: they go from socket to socket as they are.
 */
export class Base64Image {
  readonly slices: readonly Buffer[];
  /** Characters of base64, all slices together. */
  readonly length: number;

  constructor(slices: readonly Buffer[]) {
    this.slices = slices;
    this.length = slices.reduce((sum, slice) => sum + slice.length, 0);
  }

  /** Bytes after decoding. */
  get byteLength(): number {
    let padding = 0;
    while (padding < 2 && this.length > padding && this.#charAt(this.length - 1 - padding) === 0x3d)
      padding++;
    return Math.floor(((this.length - padding) * 3) / 4);
  }

  /** The same without its first `count` characters. */
  dropHead(count: number): Base64Image {
    const slices: Buffer[] = [];
    let left = count;
    for (const slice of this.slices) {
      if (slice.length > left) slices.push(slice.subarray(left));
      left = Math.max(0, left - slice.length);
    }
    return new Base64Image(slices);
  }

  /** The first `maxCharacters` characters as text: for prefixes and links, never for pictures. */
  headText(maxCharacters: number): string {
    let text = '';
    for (const slice of this.slices) {
      if (text.length >= maxCharacters) break;
      for (const byte of slice.subarray(0, maxCharacters - text.length)) text += String.fromCharCode(byte);
    }
    return text;
  }

  /** The decoded byte at `offset`, read from its two base64 characters; undefined past the end. */
  byteAt(offset: number): number | undefined {
    const bit = offset * 8;
    const first = Math.floor(bit / 6);
    const shift = bit % 6;
    const high = sextet(this.#charAt(first));
    const low = sextet(this.#charAt(first + 1));
    if (high === undefined || low === undefined) return undefined;
    return (((high << 6) | low) >> (4 - shift)) & 0xff;
  }

  #cursor = 0;
  #cursorStart = 0;

  /** Remembers the slice of the last read, since readers move forward. */
  #charAt(index: number): number | undefined {
    if (index < this.#cursorStart) {
      this.#cursor = 0;
      this.#cursorStart = 0;
    }
    for (;;) {
      const slice = this.slices[this.#cursor];
      if (slice === undefined) return undefined;
      if (index < this.#cursorStart + slice.length) return slice[index - this.#cursorStart];
      if (this.#cursor === this.slices.length - 1) return undefined;
      this.#cursorStart += slice.length;
      this.#cursor++;
    }
  }
}

function sextet(char: number | undefined): number | undefined {
  if (char === undefined) return undefined;
  if (char >= 0x41 && char <= 0x5a) return char - 0x41;
  if (char >= 0x61 && char <= 0x7a) return char - 0x61 + 26;
  if (char >= 0x30 && char <= 0x39) return char - 0x30 + 52;
  if (char === 0x2b) return 62;
  if (char === 0x2f) return 63;
  return undefined;
}
