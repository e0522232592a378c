import { isBase64Digit } from './base64-digits.ts';
import type { Base64Image } from './base64-image.ts';
import { ByteSink } from './byte-sink.ts';
import { TextCapture } from './captured-text.ts';

/** A picture that stood in a text as a data: URL. */
export interface EmbeddedPicture {
  readonly mimeType: string;
  /** As in `CapturedText`. */
  readonly characters: Base64Image | undefined;
}

/** A text of a document whose pictures were kept as bytes. Stands in the document, to be told by `instanceof`. */
export class CapturedProse {
  /** Its beginning; of a picture the head of its URL is left. */
  readonly words: string;
  readonly pictures: readonly EmbeddedPicture[];

  constructor(words: string, pictures: readonly EmbeddedPicture[]) {
    this.words = words;
    this.pictures = pictures;
  }
}

/** Nobody reads more. */
const maxWordBytes = 16 * 1024;
/** The longest `data:image/…;name=…;base64` that is looked for. */
const maxHeadCharacters = 200;
const maxPictures = 16;

const comma = 0x2c;
/** Of base64url, and padding: part of a picture beside the digits. */
const pictureMarks: ReadonlySet<number> = new Set([0x2d, 0x5f, 0x3d]);
const headMarks: ReadonlySet<number> = new Set(Buffer.from('.-_:;=+/'));

/** Gathers one string that is prose: words for people, and in them, as some relays do, the picture. */
export class ProseCapture {
  readonly #words = new ByteSink(maxWordBytes, 0);
  readonly #pictures: EmbeddedPicture[] = [];
  #picture: { readonly mimeType: string; readonly capture: TextCapture } | undefined;
  /** The latest characters, as far back as they may begin a data: URL. */
  #head = '';
  /** The first half of a pair, of which the second must follow. */
  #highSurrogate = '';

  /** A run of base64 digits. */
  appendDigits(chunk: Buffer, start: number, end: number): void {
    if (end === start) return;
    if (this.#picture !== undefined) return this.#picture.capture.appendDigits(chunk, start, end);
    this.#flushSurrogate();
    this.#words.append(chunk, start, Math.min(end, start + this.#room));
    const tail = chunk.toString('latin1', Math.max(start, end - maxHeadCharacters), end);
    this.#head = (this.#head + tail).slice(-maxHeadCharacters);
  }

  /** A byte as it stands in the document. */
  appendByte(byte: number): void {
    if (this.#takeForPicture(byte)) return;
    this.#flushSurrogate();
    if (this.#room > 0) this.#words.appendByte(byte);
    this.#follow(byte);
  }

  /** What an escape stands for. */
  append(codeUnit: number): void {
    if (codeUnit < 0x80) return this.appendByte(codeUnit);
    this.#endPicture();
    this.#head = '';
    const character = String.fromCharCode(codeUnit);
    const isHigh = codeUnit >= 0xd800 && codeUnit < 0xdc00;
    const isLow = codeUnit >= 0xdc00 && codeUnit < 0xe000;
    if (!isLow) this.#flushSurrogate();
    if (isHigh) this.#highSurrogate = character;
    else this.#say(this.#takeSurrogate() + character);
  }

  finish(): CapturedProse {
    this.#endPicture();
    this.#flushSurrogate();
    return new CapturedProse(this.#words.view().toString('utf8'), this.#pictures);
  }

  /** A half without its other becomes U+FFFD. */
  #say(text: string): void {
    const bytes = Buffer.from(text);
    if (bytes.length <= this.#room) this.#words.append(bytes, 0, bytes.length);
  }

  #takeSurrogate(): string {
    const taken = this.#highSurrogate;
    this.#highSurrogate = '';
    return taken;
  }

  #flushSurrogate(): void {
    if (this.#highSurrogate !== '') this.#say(this.#takeSurrogate());
  }

  get #room(): number {
    return maxWordBytes - this.#words.length;
  }

  #takeForPicture(byte: number): boolean {
    if (this.#picture === undefined) return false;
    if (isBase64Digit(byte) || pictureMarks.has(byte)) {
      this.#picture.capture.append(byte);
      return true;
    }
    this.#endPicture();
    return false;
  }

  /** Follows the head of a data: URL up to its comma, where the picture begins. */
  #follow(byte: number): void {
    if (isBase64Digit(byte) || headMarks.has(byte)) {
      this.#head = (this.#head + String.fromCharCode(byte)).slice(-maxHeadCharacters);
      return;
    }
    const mimeType =
      byte === comma
        ? /data:([\w.+-]{1,60}\/[\w.+-]{1,60});(?:[\w.=-]{1,60};){0,3}base64$/i.exec(this.#head)?.[1]
        : undefined;
    this.#head = '';
    if (mimeType === undefined || this.#pictures.length >= maxPictures) return;
    this.#picture = { mimeType: mimeType.toLowerCase(), capture: new TextCapture('base64') };
  }

  #endPicture(): void {
    if (this.#picture === undefined) return;
    const { mimeType, capture } = this.#picture;
    const { characters } = capture.finish();
    if (characters?.length !== 0) this.#pictures.push({ mimeType, characters });
    this.#picture = undefined;
  }
}
