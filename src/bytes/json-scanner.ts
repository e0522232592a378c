import { isAscii, isUtf8 } from 'node:buffer';
import { endOfDigits } from './base64-digits.ts';
import { ByteSink } from './byte-sink.ts';
import { type CapturedProse, ProseCapture } from './captured-prose.ts';
import { type CapturedText, TextCapture } from './captured-text.ts';
import { JsonEscape } from './json-escape.ts';
import { type PathMap, placeCaptured, rootSlot } from './path-map.ts';
import { refuseRepeatedMembers } from './repeated-member.ts';
import { maxSmallJsonBytes, parseSmallJson } from './small-json.ts';

interface Frame {
  readonly isArray: boolean;
  readonly slot: string;
}

/** What the string under the cursor is for: kept in the skeleton, a key to read, a capture, or thrown away. */
type StringUse = 'plain' | 'key' | 'capture' | 'drop';

const quote = 0x22;
const backslash = 0x5c;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
/** Of values that no path leads to. */
const otherSlot = 'other';
const maxDepth = 256;
const maxKeyBytes = 256;
/** Far above any real answer or request, and still read within milliseconds. */
const maxValues = 10_000;

/** A document of more values than anybody needs, and than can be read without making others wait. */
export class TooManyValuesError extends RangeError {
  constructor() {
    super(`more than ${maxValues} values`);
  }
}

/**
 * Walks a document's bytes once, chunk by chunk, and equals JSON.parse for whatever whitespace, key order,
 * chunk borders and escapes it meets. The long strings it is told to capture, base64 of pictures, stay slices
 * of the received buffers and never become JavaScript strings.
 *
 * Throws SyntaxError where the bytes are no JSON, RangeError where they are too large, too deep or too many values.
 */
export class JsonScanner {
  readonly #paths: PathMap;
  readonly #skeleton = new ByteSink(maxSmallJsonBytes);
  readonly #captured: (CapturedText | CapturedProse)[] = [];
  readonly #frames: Frame[] = [];
  #slot = rootSlot;
  #expectsKey = false;
  #values = 0;
  #names = 0;
  #isWhole = false;
  /** Of the skeleton and of the frames, where the last bracket behind a captured string closed. */
  #closedBytes = 0;
  #closedDepth = 0;
  #use: StringUse | undefined;
  readonly #key = new ByteSink(maxKeyBytes * 2, maxKeyBytes);
  #capture: TextCapture | ProseCapture | undefined;
  readonly #escape = new JsonEscape();
  /** Whether the last byte of a plain string was a backslash that escapes the next. */
  #isEscaped = false;

  constructor(paths: PathMap) {
    this.#paths = paths;
  }

  /** Whether the bracket that closes the document has come. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Takes the next bytes. Captured slices keep pointing into `chunk`, so it must not be reused. */
  push(chunk: Buffer): void {
    for (let index = 0; index < chunk.length; ) index = this.#step(chunk, index);
  }

  /** Takes bytes from `start` on, up to the bracket that closes the document; answers the index behind the last one taken. */
  pushDocument(chunk: Buffer, start: number): number {
    let index = start;
    while (index < chunk.length && !this.#isWhole) index = this.#step(chunk, index);
    return index;
  }

  /** Whether the text around the captured strings is UTF-8, as JSON has to be (RFC 8259, section 8.1). */
  get isUtf8(): boolean {
    return isUtf8(this.#skeleton.view());
  }

  /** Whether the text around the captured strings is the same in every encoding that has ASCII in it. */
  get isAscii(): boolean {
    return isAscii(this.#skeleton.view());
  }

  /**
   * Ends the document: `JSON.parse`'s, with an object for every captured string and '' for every dropped one. A byte
   * order mark before it has no meaning (RFC 8259, section 8.1). With `once` it throws RepeatedMemberError for a member
   * that is named twice with different values; a captured string is no other's equal.
   */
  end({ once = false } = {}): unknown {
    if (this.#use !== undefined || this.#frames.length > 0) throw new SyntaxError('the document is cut');
    const text = this.#skeleton.view();
    const hasMark = text.subarray(0, byteOrderMark.length).equals(byteOrderMark);
    const json = hasMark ? text.subarray(byteOrderMark.length) : text;
    const document = parseSmallJson(json);
    if (once) refuseRepeatedMembers(json, document, this.#names);
    // Of a document without any, nothing need be walked through.
    return this.#captured.length === 0 ? document : placeCaptured(document, this.#paths, this.#captured);
  }

  /**
   * Ends a document that will not become whole: what it held up to the last closing bracket, with the brackets that are
   * missing. Undefined when no captured string is in it, or it is no JSON. Nothing else may be asked afterwards.
   */
  endEarly(): unknown {
    if (this.#closedBytes === 0) return undefined;
    const missing = this.#frames.slice(0, this.#closedDepth).toReversed();
    const skeleton = new ByteSink(maxSmallJsonBytes + maxDepth, 0);
    skeleton.append(this.#skeleton.view(), 0, this.#closedBytes);
    skeleton.appendText(missing.map(({ isArray }) => (isArray ? ']' : '}')).join(''));
    try {
      return placeCaptured(parseSmallJson(skeleton.view()), this.#paths, this.#captured);
    } catch {
      return undefined;
    }
  }

  #step(chunk: Buffer, index: number): number {
    if (this.#use === undefined) return this.#scanStructure(chunk, index);
    if (this.#use === 'capture' || this.#use === 'drop') return this.#scanLongString(chunk, index);
    return this.#scanPlainString(chunk, index);
  }

  /** Copies structure up to and including the next opening quote, or a closing bracket that matters. */
  #scanStructure(chunk: Buffer, start: number): number {
    let index = start;
    let isClosed = false;
    while (index < chunk.length && !isClosed) {
      const byte = chunk[index];
      if (byte === quote) {
        this.#openString();
        // A captured string's opening quote is not copied: its place is written whole when it ends.
        const isKept = this.#use === 'plain' || this.#use === 'key';
        this.#skeleton.append(chunk, start, isKept ? index + 1 : index);
        return index + 1;
      }
      if (byte === 0x7b || byte === 0x5b) this.#open(byte === 0x5b);
      else if (byte === 0x7d || byte === 0x5d) isClosed = this.#close();
      else if (byte === 0x2c) this.#nextMember();
      else if (byte === 0x3a) this.#expectsKey = false;
      index++;
    }
    this.#skeleton.append(chunk, start, index);
    if (isClosed) {
      this.#closedBytes = this.#skeleton.length;
      this.#closedDepth = this.#frames.length;
    }
    return index;
  }

  #open(isArray: boolean): void {
    if (this.#frames.length >= maxDepth) throw new RangeError(`nested deeper than ${maxDepth} levels`);
    this.#countValue();
    const frame = { isArray, slot: this.#slot };
    this.#frames.push(frame);
    this.#enter(frame);
  }

  /** Whether it closes something that holds a captured string, or the document. */
  #close(): boolean {
    this.#frames.pop();
    this.#slot = otherSlot;
    this.#expectsKey = false;
    this.#isWhole = this.#frames.length === 0;
    return this.#isWhole || this.#captured.length > 0;
  }

  #nextMember(): void {
    this.#countValue();
    const frame = this.#frames.at(-1);
    if (frame !== undefined) this.#enter(frame);
  }

  #countValue(): void {
    if (++this.#values > maxValues) throw new TooManyValuesError();
  }

  #enter(frame: Frame): void {
    this.#expectsKey = !frame.isArray;
    this.#slot = frame.isArray ? (this.#paths.elements.get(frame.slot) ?? otherSlot) : otherSlot;
  }

  #openString(): void {
    if (this.#expectsKey) {
      this.#names++;
      const slot = this.#frames.at(-1)?.slot ?? otherSlot;
      this.#use = slot !== otherSlot && this.#paths.keys.has(slot) ? 'key' : 'plain';
      this.#key.clear();
      return;
    }
    // Most strings are of no interest, and cost no look-up.
    const kind = this.#slot === otherSlot ? undefined : this.#paths.captures.get(this.#slot);
    if (kind !== undefined) {
      this.#use = 'capture';
      this.#capture = kind === 'prose' ? new ProseCapture() : new TextCapture(kind);
    } else {
      this.#use = this.#slot !== otherSlot && this.#paths.drops.has(this.#slot) ? 'drop' : 'plain';
    }
  }

  /** Copies an ordinary string or key, up to and including its closing quote. */
  #scanPlainString(chunk: Buffer, start: number): number {
    let index = start;
    let isOpen = true;
    let isEscaped = this.#isEscaped;
    while (isOpen && index < chunk.length) {
      const byte = chunk[index++] ?? 0;
      if (isEscaped) isEscaped = false;
      else if (byte === backslash) isEscaped = true;
      else if (byte === quote) isOpen = false;
    }
    this.#isEscaped = isEscaped;
    this.#skeleton.append(chunk, start, index);
    if (this.#use === 'key' && this.#key.length <= maxKeyBytes) {
      this.#key.append(chunk, start, Math.min(index, start + maxKeyBytes));
    }
    if (!isOpen) this.#closePlainString();
    return index;
  }

  #closePlainString(): void {
    if (this.#use === 'key') {
      const frame = this.#frames.at(-1);
      const key = this.#key.length <= maxKeyBytes ? readKey(this.#key) : '';
      this.#slot = this.#paths.keys.get(frame?.slot ?? '')?.get(key) ?? otherSlot;
    }
    this.#use = undefined;
  }

  /** Takes runs of digits and whatever stands between them, of a captured string, or skips a dropped one, up to its quote. */
  #scanLongString(chunk: Buffer, start: number): number {
    let index = start;
    while (index < chunk.length) {
      if (this.#escape.isOpen) {
        const codeUnit = this.#escape.read(chunk[index++] ?? 0);
        if (codeUnit !== undefined) this.#capture?.append(codeUnit);
        continue;
      }
      const runEnd = endOfDigits(chunk, index, chunk.length);
      this.#capture?.appendDigits(chunk, index, runEnd);
      if (runEnd === chunk.length) return runEnd;
      const byte = chunk[runEnd] ?? 0;
      index = runEnd + 1;
      if (byte === quote) {
        this.#closeLongString();
        return index;
      }
      if (byte === backslash) this.#escape.open();
      else if (byte < 0x20) throw new SyntaxError('a string holds a raw control character');
      else this.#capture?.appendByte(byte);
    }
    return index;
  }

  #closeLongString(): void {
    this.#use = undefined;
    this.#skeleton.appendText(this.#capture === undefined ? '""' : `"${this.#captured.length}"`);
    if (this.#capture === undefined) return;
    this.#captured.push(this.#capture.finish());
    this.#capture = undefined;
  }
}

/** A key's text, its closing quote included in the bytes; escapes resolved. */
function readKey(bytes: ByteSink): string {
  const raw = bytes.text(bytes.length - 1);
  // Hardly any key has an escape, and there are dozens in every document.
  if (!raw.includes('\\')) return raw;
  try {
    const key = parseSmallJson(Buffer.from(`"${raw}"`));
    return typeof key === 'string' ? key : '';
  } catch {
    return '';
  }
}
