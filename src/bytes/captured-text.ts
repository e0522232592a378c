import { isBase64Digit } from './base64-digits.ts';
import { Base64Image } from './base64-image.ts';
import { ByteSink } from './byte-sink.ts';
import { isLineBreak } from './line-breaks.ts';

/**
 * A string of a document that was kept as bytes. It stands in the document as an object of this class, which no JSON
 * text can make: to be told from everything else by `instanceof`.
 */
export class CapturedText {
  /**
   * The characters: of a `base64` capture the picture in the standard alphabet, padded; of a `text` capture what was
   * written, escapes resolved and line breaks left out. Undefined when it cannot be base64, or is more than printable ASCII.
   */
  readonly characters: Base64Image | undefined;

  constructor(characters: Base64Image | undefined) {
    this.characters = characters;
  }
}

/**
 * What a captured string is for.
 * - `base64`: it is made standard base64, whichever alphabet, padding and line breaks it came with, also out of a data: URL.
 * - `text`: it is kept as it was written, but for line breaks: base64, a data: URL or a link.
 * - `prose`: it is words, and maybe pictures in them (`CapturedProse`).
 */
export type CaptureKind = 'base64' | 'text' | 'prose';

/** Runs shorter than this are copied together, so that a hostile answer cannot make millions of tiny slices. */
const minSliceBytes = 1024;
const maxShortBytes = 32 * 1024;

const padding = 0x3d;
const colon = 0x3a;
const comma = 0x2c;
const dataScheme = Buffer.from('data');
/** Of base64url, for those of the standard alphabet. */
const otherSpellings: ReadonlyMap<number, number> = new Map([
  [0x2d, 0x2b],
  [0x5f, 0x2f],
]);
const whitespace: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Gathers one captured string as slices of the chunks it arrives in. */
export class TextCapture {
  readonly #kind: Exclude<CaptureKind, 'prose'>;
  #slices: Buffer[] = [];
  readonly #short = new ByteSink(2 * maxShortBytes, minSliceBytes);
  #digits = 0;
  #padding = 0;
  #isUsable = true;
  /** Between `data:` and the comma. */
  #isInHead = false;

  constructor(kind: Exclude<CaptureKind, 'prose'>) {
    this.#kind = kind;
  }

  /** A run of base64 digits. */
  appendDigits(chunk: Buffer, start: number, end: number): void {
    if (end === start || this.#isInHead || !this.#takesDigits()) return;
    this.#digits += end - start;
    if (end - start >= minSliceBytes) {
      this.#flush();
      this.#slices.push(chunk.subarray(start, end));
    } else {
      if (this.#short.length + end - start > maxShortBytes) this.#flush();
      this.#short.append(chunk, start, end);
    }
  }

  /** A byte as it stands in the document. */
  appendByte(byte: number): void {
    this.append(byte);
  }

  /** Any one character, written as it is or as an escape. */
  append(codeUnit: number): void {
    if (this.#isInHead) this.#isInHead = codeUnit !== comma;
    else if (codeUnit < 0x80 && isBase64Digit(codeUnit)) this.#appendDigit(codeUnit);
    else if (this.#kind === 'text') this.#appendOfText(codeUnit);
    else this.#appendOfBase64(codeUnit);
  }

  finish(): CapturedText {
    if (this.#isInHead) this.#giveUp();
    if (this.#kind === 'base64' && this.#isUsable) this.#pad();
    this.#flush();
    return new CapturedText(this.#isUsable ? new Base64Image(this.#slices) : undefined);
  }

  #appendDigit(digit: number): void {
    if (!this.#takesDigits()) return;
    this.#digits++;
    this.#keep(digit);
  }

  #appendOfText(codeUnit: number): void {
    if (codeUnit >= 0x20 && codeUnit <= 0x7e) this.#keep(codeUnit);
    else if (!isLineBreak(codeUnit)) this.#giveUp();
  }

  #appendOfBase64(codeUnit: number): void {
    const digit = otherSpellings.get(codeUnit);
    if (digit !== undefined) this.#appendDigit(digit);
    else if (codeUnit === padding) this.#padding++;
    else if (codeUnit === colon && this.#isScheme()) this.#skipHead();
    else if (!whitespace.has(codeUnit)) this.#giveUp();
  }

  #isScheme(): boolean {
    return this.#slices.length === 0 && this.#padding === 0 && this.#short.view().equals(dataScheme);
  }

  #skipHead(): void {
    this.#isInHead = true;
    this.#digits = 0;
    this.#short.clear();
  }

  /** Padding ends base64: digits behind it are none. */
  #takesDigits(): boolean {
    if (this.#padding > 0) this.#giveUp();
    return this.#isUsable;
  }

  /** Four characters stand for three bytes; one alone for none. */
  #pad(): void {
    const over = this.#digits % 4;
    if (over === 1 || this.#padding > 2) this.#giveUp();
    else if (over > 0) for (let left = over; left < 4; left++) this.#keep(padding);
  }

  #keep(byte: number): void {
    if (!this.#isUsable) return;
    if (this.#short.length >= maxShortBytes) this.#flush();
    this.#short.appendByte(byte);
  }

  #giveUp(): void {
    this.#isUsable = false;
    this.#slices = [];
    this.#short.clear();
  }

  #flush(): void {
    if (this.#short.length > 0) this.#slices.push(this.#short.take());
  }
}
