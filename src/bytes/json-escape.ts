const named: ReadonlyMap<number, number> = new Map([
  [0x22, 0x22],
  [0x5c, 0x5c],
  [0x2f, 0x2f],
  [0x62, 8],
  [0x66, 12],
  [0x6e, 10],
  [0x72, 13],
  [0x74, 9],
]);
const letterU = 0x75;

/** Reads an escape of a JSON string byte by byte, wherever chunks are cut. */
export class JsonEscape {
  #isOpen = false;
  /** Digits of a `\uXXXX` still to come. */
  #digitsLeft = 0;
  #codeUnit = 0;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A backslash was read. */
  open(): void {
    this.#isOpen = true;
    this.#digitsLeft = 0;
    this.#codeUnit = 0;
  }

  /** Takes the next byte; answers the code unit when the escape is over. Throws SyntaxError when it is none. */
  read(byte: number): number | undefined {
    if (this.#digitsLeft > 0) return this.#readDigit(byte);
    if (byte === letterU) {
      this.#digitsLeft = 4;
      return undefined;
    }
    const codeUnit = named.get(byte);
    if (codeUnit === undefined) throw new SyntaxError('a string holds an escape that JSON does not know');
    this.#isOpen = false;
    return codeUnit;
  }

  #readDigit(byte: number): number | undefined {
    const digit = Number.parseInt(String.fromCharCode(byte), 16);
    if (Number.isNaN(digit)) throw new SyntaxError('a string holds a broken unicode escape');
    this.#codeUnit = this.#codeUnit * 16 + digit;
    if (--this.#digitsLeft > 0) return undefined;
    this.#isOpen = false;
    return this.#codeUnit;
  }
}
