/** A message's first line and headers, names in lower case. */
export interface MessageHead {
  readonly startLine: string;
  readonly headers: ReadonlyMap<string, string>;
}

/** Hears of messages as their bytes arrive. Chunks are valid during the call only: the buffer is used again. */
export interface MessageListener {
  onHead(head: MessageHead): void;
  onBody(chunk: Buffer): void;
  onEnd(): void;
}

type State = 'head' | 'body' | 'chunk-size' | 'chunk' | 'trailer';

const blankLine = Buffer.from('\r\n\r\n');
const maxHeadBytes = 64 * 1024;

/**
 * Reads HTTP/1.1 messages, one after the other, from the bytes of one connection. Small on purpose: the load
 * generator and the upstream must cost less than anything they measure.
 */
export class HttpReader {
  readonly #listener: MessageListener;
  #state: State = 'head';
  #pending: Buffer = Buffer.alloc(0);
  #bytesLeft = 0;

  constructor(listener: MessageListener) {
    this.#listener = listener;
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#state === 'body' || this.#state === 'chunk') rest = this.#readBody(rest);
      else rest = this.#readText(rest);
    }
  }

  #readBody(chunk: Buffer): Buffer {
    const taken = Math.min(this.#bytesLeft, chunk.length);
    this.#bytesLeft -= taken;
    this.#listener.onBody(chunk.subarray(0, taken));
    if (this.#bytesLeft === 0) {
      if (this.#state === 'body') this.#endMessage();
      else this.#state = 'chunk-size';
    }
    return chunk.subarray(taken);
  }

  /** Takes one head or one line of the chunked coding, or keeps what there is of it. */
  #readText(chunk: Buffer): Buffer {
    const joined = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const end = this.#state === 'head' ? joined.indexOf(blankLine) : this.#lineEnd(joined);
    if (end === -1) {
      if (joined.length > maxHeadBytes) throw new Error('a message head or chunk line does not end');
      this.#pending = Buffer.from(joined);
      return Buffer.alloc(0);
    }
    this.#pending = Buffer.alloc(0);
    const text = joined.toString('latin1', 0, end);
    if (this.#state === 'head') {
      this.#startMessage(text);
      return joined.subarray(end + 4);
    }
    this.#readChunkLine(text.trim());
    return joined.subarray(end + 2);
  }

  /** A chunk's data ends with an empty line that belongs to the next size line. */
  #lineEnd(bytes: Buffer): number {
    const end = bytes.indexOf('\r\n');
    return end === 0 && this.#state === 'chunk-size' ? bytes.indexOf('\r\n', 2) : end;
  }

  #readChunkLine(line: string): void {
    if (this.#state === 'trailer') {
      if (line === '') this.#endMessage();
      return;
    }
    this.#bytesLeft = Number.parseInt(line, 16);
    if (Number.isNaN(this.#bytesLeft)) throw new Error(`"${line}" is no chunk size`);
    this.#state = this.#bytesLeft === 0 ? 'trailer' : 'chunk';
  }

  #startMessage(text: string): void {
    const [startLine = '', ...lines] = text.split('\r\n');
    const headers = new Map<string, string>();
    for (const line of lines) {
      const colon = line.indexOf(':');
      headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
    this.#listener.onHead({ startLine, headers });
    if (headers.get('transfer-encoding')?.toLowerCase().includes('chunked') === true) {
      this.#state = 'chunk-size';
      return;
    }
    this.#bytesLeft = Number(headers.get('content-length') ?? 0);
    if (this.#bytesLeft > 0) this.#state = 'body';
    else this.#endMessage();
  }

  #endMessage(): void {
    this.#state = 'head';
    this.#listener.onEnd();
  }
}
