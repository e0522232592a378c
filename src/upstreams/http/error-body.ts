import type { Transform } from 'node:stream';
import { ByteSink } from '../../bytes/byte-sink.ts';
import { contentDecoder, finishDecoding } from './content-decoder.ts';
import type { ChunkReceiver, ResponseHead } from '../client/upstream-agent.ts';

/** An error is a few hundred bytes; of anything larger the beginning tells enough. */
const maxBytes = 256 * 1024;
/** The status has come, and with it all that is certain. */
const maxWaitMs = 3000;

/** Keeps the body of an error, decompressed, as far as it is of a size for one, and waits for no more of it. */
export class ErrorBody implements ChunkReceiver {
  readonly #head: ResponseHead;
  readonly #bytes = new ByteSink(maxBytes, 0);
  readonly #timer: NodeJS.Timeout;
  #decoder: Transform | undefined;
  #receivedBytes = 0;
  /** Nothing more is of use. */
  #isOver = false;

  constructor(head: ResponseHead) {
    this.#head = head;
    this.#timer = setTimeout(() => head.end(), maxWaitMs);
  }

  push(chunk: Buffer): boolean {
    if (this.#receivedBytes === 0) this.#begin(chunk[0] ?? 0);
    this.#receivedBytes += chunk.length;
    if (this.#isOver || this.#receivedBytes > maxBytes) this.#head.end();
    else if (this.#decoder === undefined) this.#take(chunk);
    else this.#decoder.write(chunk);
    return true;
  }

  /** What came, as far as it can be read. Never rejects, unless the signal aborts. */
  async read(signal: AbortSignal): Promise<Buffer> {
    clearTimeout(this.#timer);
    if (this.#decoder !== undefined) await finishDecoding(this.#decoder, signal).catch(() => undefined);
    signal.throwIfAborted();
    return this.#bytes.view();
  }

  #begin(firstByte: number): void {
    try {
      this.#decoder = contentDecoder(this.#head.headers['content-encoding'], firstByte);
    } catch {
      this.#isOver = true;
      return;
    }
    this.#decoder?.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  #take(chunk: Buffer): void {
    if (this.#bytes.length + chunk.length <= maxBytes) this.#bytes.append(chunk, 0, chunk.length);
    else this.#decoder?.destroy();
  }
}
