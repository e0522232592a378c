import type { Base64Image } from './base64-image.ts';
import { maxSmallJsonBytes, parseSmallJson } from './small-json.ts';
import { ByteSink } from './byte-sink.ts';
import { CapturedText } from './captured-text.ts';

/**
 * The ways through a document that matter. A node names a value slot; what its value's keys and elements
 * lead to is looked up here. A string in a slot named by `captures` is kept as bytes, one in `drops` is
 * thrown away as it arrives.
 */
export interface PathMap {
  /** From an object's slot, by key. Keys below slots that are not listed are not even read. */
  readonly keys: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** From an array's slot to its elements' slot. */
  readonly elements: ReadonlyMap<string, string>;
  readonly captures: ReadonlySet<string>;
  readonly drops: ReadonlySet<string>;
}

/** A document with every captured string taken out. */
export interface ScannedDocument {
  /** Where a string was captured stands its index in `captured`, as a string; dropped strings are empty. */
  readonly document: unknown;
  /** In order of appearance; undefined where the text cannot be base64. */
  readonly captured: readonly (Base64Image | undefined)[];
}

interface Frame {
  readonly isArray: boolean;
  readonly node: string;
}

/** What the string under the cursor is for: kept in the skeleton, a key to read, a capture, or thrown away. */
type StringUse = 'plain' | 'key' | 'capture' | 'drop';

const quote = 0x22;
const backslash = 0x5c;
const maxDepth = 256;
const maxKeyBytes = 256;
const escapes: Readonly<Record<string, number>> = {
  '"': 0x22,
  '\\': 0x5c,
  '/': 0x2f,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
};

/**
 * Walks a document's bytes once, chunk by chunk, and equals JSON.parse for whatever whitespace, key order,
 * chunk borders and escapes it meets. The long strings it is told to capture, base64 of pictures, stay slices
 * of the received buffers and never become JavaScript strings.
 */
export class JsonScanner {
  readonly #paths: PathMap;
  readonly #skeleton = new ByteSink(maxSmallJsonBytes);
  readonly #captures: (Base64Image | undefined)[] = [];
  readonly #frames: Frame[] = [];
  #slot = 'root';
  #expectsKey = false;
  #use: StringUse | undefined;
  readonly #key = new ByteSink(maxKeyBytes * 2, maxKeyBytes);
  #captured: CapturedText | undefined;
  /** Characters of an escape seen so far, after its backslash; undefined outside an escape. */
  #escape: string | undefined;

  constructor(paths: PathMap) {
    this.#paths = paths;
  }

  /** Takes the next bytes. Captured slices keep pointing into `chunk`, so it must not be reused. */
  push(chunk: Buffer): void {
    let index = 0;
    while (index < chunk.length) {
      if (this.#use === undefined) index = this.#scanStructure(chunk, index);
      else if (this.#use === 'capture' || this.#use === 'drop') index = this.#scanLongString(chunk, index);
      else index = this.#scanPlainString(chunk, index);
    }
  }

  /** Ends the document. Throws SyntaxError when it is cut or is not JSON. */
  end(): ScannedDocument {
    if (this.#use !== undefined || this.#frames.length > 0) throw new SyntaxError('the document is cut');
    return { document: parseSmallJson(this.#skeleton.view()), captured: this.#captures };
  }

  /** Copies structure up to and including the next opening quote. */
  #scanStructure(chunk: Buffer, start: number): number {
    let index = start;
    for (; index < chunk.length; index++) {
      const byte = chunk[index];
      if (byte === quote) {
        this.#openString();
        if (this.#use === 'plain' || this.#use === 'key') index++;
        break;
      }
      if (byte === 0x7b || byte === 0x5b) this.#open(byte === 0x5b);
      else if (byte === 0x7d || byte === 0x5d) this.#close();
      else if (byte === 0x2c) this.#nextMember();
      else if (byte === 0x3a) this.#expectsKey = false;
    }
    this.#skeleton.append(chunk, start, index);
    // A captured string's opening quote is not copied: its index is written whole when it ends.
    return this.#use === 'capture' || this.#use === 'drop' ? index + 1 : index;
  }

  #open(isArray: boolean): void {
    if (this.#frames.length >= maxDepth) {
      throw new RangeError(`nested deeper than ${maxDepth} levels`);
    }
    const frame = { isArray, node: this.#slot };
    this.#frames.push(frame);
    this.#enter(frame);
  }

  #close(): void {
    this.#frames.pop();
    this.#slot = 'other';
    this.#expectsKey = false;
  }

  #nextMember(): void {
    const frame = this.#frames.at(-1);
    if (frame !== undefined) this.#enter(frame);
  }

  #enter(frame: Frame): void {
    this.#expectsKey = !frame.isArray;
    this.#slot = frame.isArray ? (this.#paths.elements.get(frame.node) ?? 'other') : 'other';
  }

  #openString(): void {
    const frame = this.#frames.at(-1);
    if (frame !== undefined && this.#expectsKey) {
      this.#use = this.#paths.keys.has(frame.node) ? 'key' : 'plain';
      this.#key.clear();
    } else if (this.#paths.captures.has(this.#slot)) {
      this.#use = 'capture';
      this.#captured = new CapturedText();
    } else {
      this.#use = this.#paths.drops.has(this.#slot) ? 'drop' : 'plain';
    }
  }

  /** Copies an ordinary string or key, up to and including its closing quote. */
  #scanPlainString(chunk: Buffer, start: number): number {
    let index = start;
    let isOpen = true;
    while (isOpen && index < chunk.length) {
      const byte = chunk[index++] ?? 0;
      if (this.#escape !== undefined) this.#escape = undefined;
      else if (byte === backslash) this.#escape = '';
      else if (byte === quote) isOpen = false;
    }
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
      this.#slot = this.#paths.keys.get(frame?.node ?? '')?.get(key) ?? 'other';
    }
    this.#use = undefined;
  }

  /** Takes slices of a captured string, or skips a dropped one, from one escape or quote to the next. */
  #scanLongString(chunk: Buffer, start: number): number {
    let index = start;
    let quoteAt = -1;
    while (index < chunk.length) {
      if (this.#escape !== undefined) {
        this.#readEscape(chunk[index++] ?? 0);
        continue;
      }
      if (quoteAt < index) {
        quoteAt = chunk.indexOf(quote, index);
        if (quoteAt === -1) quoteAt = chunk.length;
      }
      const escapeAt = chunk.subarray(index, quoteAt).indexOf(backslash);
      const runEnd = escapeAt === -1 ? quoteAt : index + escapeAt;
      this.#captured?.appendSlice(chunk, index, runEnd);
      index = runEnd + 1;
      if (escapeAt !== -1) this.#escape = '';
      else if (quoteAt < chunk.length) {
        this.#closeLongString();
        return index;
      }
    }
    return Math.min(index, chunk.length);
  }

  #closeLongString(): void {
    if (this.#captured === undefined) {
      this.#skeleton.appendText('""');
    } else {
      this.#skeleton.appendText(`"${this.#captures.length}"`);
      this.#captures.push(this.#captured.finish());
      this.#captured = undefined;
    }
    this.#use = undefined;
  }

  #readEscape(byte: number): void {
    const soFar = (this.#escape ?? '') + String.fromCharCode(byte);
    if (soFar[0] !== 'u') {
      const codeUnit = escapes[soFar];
      if (codeUnit === undefined)
        throw new SyntaxError('the document holds an escape that JSON does not know');
      this.#captured?.appendCodeUnit(codeUnit);
      this.#escape = undefined;
    } else if (soFar.length === 5) {
      if (!/^u[0-9a-f]{4}$/i.test(soFar)) throw new SyntaxError('the document holds a broken unicode escape');
      this.#captured?.appendCodeUnit(Number.parseInt(soFar.slice(1), 16));
      this.#escape = undefined;
    } else {
      this.#escape = soFar;
    }
  }
}

/** A key's text, its closing quote included in the bytes; escapes resolved. */
function readKey(bytes: ByteSink): string {
  try {
    const key = parseSmallJson(Buffer.from(`"${bytes.view().subarray(0, -1).toString('utf8')}"`));
    return typeof key === 'string' ? key : '';
  } catch {
    return '';
  }
}
