import type { IncomingHttpHeaders } from 'node:http';
import { ChunkedBody } from './chunked-body.ts';
import { parseResponseHead, responseFault } from './response-head.ts';
import { closedByPeer } from './transport-error.ts';

/** As Node.js' own client takes: of a head, from its first byte to the empty line. */
const maxHeadBytes = 16 * 1024;
const headEnd = Buffer.from('\r\n\r\n');

export interface ResponseListener {
  readonly onHead: (statusCode: number, headers: IncomingHttpHeaders) => void;
  readonly onBody: (chunk: Buffer) => void;
}

/**
 * One answer of HTTP/1.1, taken apart as it arrives; its body is handed on as views of what came. It is as strict as
 * RFC 9112 wants a reader to be that must not take one answer's bytes for another's.
 */
export class ResponseParser {
  readonly #listener: ResponseListener;
  #head: Buffer | undefined;
  #body: 'none yet' | 'sized' | 'chunked' | 'until the end' = 'none yet';
  #chunked: ChunkedBody | undefined;
  #leftBytes = 0;
  #isDone = false;
  #isKept = false;
  #keptMs = Infinity;

  constructor(listener: ResponseListener) {
    this.#listener = listener;
  }

  /** The answer is whole. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Whether another request may follow on the connection. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** For how long the other side says that it keeps the connection. */
  get keptMs(): number {
    return this.#keptMs;
  }

  /** Bytes of the body that are to come; `Infinity` where nobody knows, and none before the head. */
  get expectedBytes(): number {
    if (this.#isDone || this.#body === 'none yet') return 0;
    return this.#body === 'chunked' ? Infinity : this.#leftBytes;
  }

  /** Takes what came. Throws `ConnectionError`, and what the listener throws. */
  push(chunk: Buffer): void {
    let at = 0;
    while (this.#body === 'none yet') {
      const end = this.#readHead(chunk, at);
      if (end === undefined) return;
      at = end;
    }
    if (!this.#isDone && at < chunk.length) at = this.#readBody(chunk, at);
    // Nobody asked for more than one answer: whatever follows is not to be trusted.
    if (at < chunk.length) this.#isKept = false;
  }

  /** Nothing more will come. Throws `ConnectionError` where the answer is not whole. */
  end(): void {
    if (this.#isDone) return;
    if (this.#body !== 'until the end') throw closedByPeer();
    this.#isDone = true;
  }

  /** Answers where it ended in `chunk`, or the chunk's end. */
  #readBody(chunk: Buffer, start: number): number {
    if (this.#chunked !== undefined) {
      const end = this.#chunked.push(chunk, start);
      this.#isDone = end !== undefined;
      return end ?? chunk.length;
    }
    const end = Math.min(chunk.length, start + this.#leftBytes);
    this.#leftBytes -= end - start;
    this.#isDone = this.#leftBytes === 0;
    this.#listener.onBody(start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end));
    return end;
  }

  /** Answers where a head ended in `chunk`; undefined: more of it is to come. */
  #readHead(chunk: Buffer, start: number): number | undefined {
    const earlier = this.#head;
    const bytes =
      earlier === undefined ? chunk.subarray(start) : Buffer.concat([earlier, chunk.subarray(start)]);
    const end = bytes.indexOf(headEnd);
    if ((end === -1 ? bytes.length : end) > maxHeadBytes) throw responseFault('its head is too large');
    if (end === -1) {
      // Not a view: what was read into may be large, and is the connection's.
      this.#head = Buffer.from(bytes);
      if (bytes.length >= 5 && bytes.toString('latin1', 0, 5) !== 'HTTP/')
        throw responseFault('it does not begin with HTTP/');
      return undefined;
    }
    this.#head = undefined;
    this.#begin(bytes.toString('latin1', 0, end));
    return start + end + headEnd.length - (earlier?.length ?? 0);
  }

  #begin(text: string): void {
    const { statusCode, headers, isKept, keptMs } = parseResponseHead(text);
    // 103 and its like come before the answer.
    if (statusCode < 200) return;
    this.#isKept = isKept;
    this.#keptMs = keptMs;
    this.#frame(statusCode, headers);
    this.#listener.onHead(statusCode, headers);
  }

  /** How long the body is (RFC 9112, 6.3). */
  #frame(statusCode: number, headers: IncomingHttpHeaders): void {
    const { 'content-length': length, 'transfer-encoding': coding } = headers;
    if (statusCode === 204 || statusCode === 304) this.#body = 'sized';
    else if (coding !== undefined) {
      if (length !== undefined) throw responseFault('it has a length and a transfer coding');
      if (coding.toLowerCase() !== 'chunked') throw responseFault('its transfer coding is not known');
      this.#body = 'chunked';
      this.#chunked = new ChunkedBody(this.#listener.onBody);
    } else if (length !== undefined) {
      if (!/^\d{1,15}$/.test(length)) throw responseFault('its length is no number');
      this.#body = 'sized';
      this.#leftBytes = Number(length);
    } else {
      this.#body = 'until the end';
      this.#leftBytes = Infinity;
      this.#isKept = false;
    }
    this.#isDone = this.#body === 'sized' && this.#leftBytes === 0;
  }
}
