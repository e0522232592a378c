import { createHash, type Hash } from 'node:crypto';

export interface HashedString {
  /** SHA-256 of the string's bytes as they stand in the document, hexadecimal. */
  readonly sha256: string;
  /** Its first bytes as text. */
  readonly head: string;
  readonly length: number;
}

const quote = 0x22;
const colon = 0x3a;
const headBytes = 16;

/**
 * Hashes every string that is the value of one key, while a JSON document or an event stream passes by in
 * chunks. Base64 has no escapes, so the next quote ends it.
 */
export class JsonStringHasher {
  readonly #key: Buffer;
  readonly #onString: (found: HashedString) => void;
  #state: 'key' | 'value' | 'string' = 'key';
  #tail: Buffer = Buffer.alloc(0);
  #hash: Hash = createHash('sha256');
  #length = 0;
  #head = '';

  constructor(key: string, onString: (found: HashedString) => void) {
    this.#key = Buffer.from(`"${key}"`);
    this.#onString = onString;
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#state === 'key') rest = this.#seekKey(rest);
      else if (this.#state === 'value') rest = this.#seekValue(rest);
      else rest = this.#hashString(rest);
    }
  }

  #seekKey(chunk: Buffer): Buffer {
    const joined = this.#tail.length === 0 ? chunk : Buffer.concat([this.#tail, chunk]);
    const at = joined.indexOf(this.#key);
    if (at === -1) {
      this.#tail = Buffer.from(joined.subarray(Math.max(0, joined.length - this.#key.length + 1)));
      return Buffer.alloc(0);
    }
    this.#tail = Buffer.alloc(0);
    this.#state = 'value';
    return joined.subarray(at + this.#key.length);
  }

  /** Any value but a string, such as the list under OpenAI's own `data`, leads back to looking for the key. */
  #seekValue(chunk: Buffer): Buffer {
    let index = 0;
    while (index < chunk.length && (chunk[index] === colon || (chunk[index] ?? 0) <= 0x20)) index++;
    if (index === chunk.length) return Buffer.alloc(0);
    if (chunk[index] !== quote) {
      this.#state = 'key';
      return chunk.subarray(index);
    }
    this.#state = 'string';
    this.#hash = createHash('sha256');
    this.#length = 0;
    this.#head = '';
    return chunk.subarray(index + 1);
  }

  #hashString(chunk: Buffer): Buffer {
    const at = chunk.indexOf(quote);
    const part = at === -1 ? chunk : chunk.subarray(0, at);
    this.#hash.update(part);
    this.#length += part.length;
    if (this.#head.length < headBytes)
      this.#head += part.toString('latin1', 0, headBytes - this.#head.length);
    if (at === -1) return Buffer.alloc(0);
    this.#state = 'key';
    this.#onString({ sha256: this.#hash.digest('hex'), head: this.#head, length: this.#length });
    return chunk.subarray(at + 1);
  }
}
