import type { Transform } from 'node:stream';
import type { MemoryReader } from '../../journey/order-memory.ts';
import type { OrderScope } from '../../journey/order-scope.ts';
import { asError } from '../../kernel/as-error.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { contentDecoder, finishDecoding, undecodable } from './content-decoder.ts';
import type { ChunkReceiver, ResponseHead } from '../client/upstream-agent.ts';

interface ReceiverOptions {
  readonly maxBytes: number;
  /** A guess, for answers that do not tell their length. */
  readonly expectedBytes: number;
  readonly scope: OrderScope;
}

/**
 * Hands an answer's bytes to `onChunk`, decompressed, counting what is held and pausing when the process holds too
 * much. The bytes stay counted until the order ends, or `giveUp`. Throws when the answer is too large.
 */
export class AnswerReceiver implements ChunkReceiver {
  readonly #head: ResponseHead;
  readonly #maxBytes: number;
  readonly #signal: AbortSignal;
  readonly #onChunk: (chunk: Buffer) => void;
  readonly #share: MemoryReader;
  #decoder: Transform | undefined;
  #hasBegun = false;
  #mayGoOn = true;
  #sentBytes = 0;
  #receivedBytes = 0;
  /** What came of a decoded chunk, which arrives outside `push`. */
  #failure: unknown;

  constructor(
    head: ResponseHead,
    { maxBytes, expectedBytes, scope }: ReceiverOptions,
    onChunk: (chunk: Buffer) => void,
  ) {
    this.#head = head;
    this.#maxBytes = maxBytes;
    this.#signal = scope.signal;
    this.#onChunk = onChunk;
    const { 'content-length': length, 'content-encoding': encoding } = head.headers;
    const statedBytes = encoding === undefined ? Number(length) : Number.NaN;
    this.#share = scope.memory.openReader({
      expectedBytes: Math.min(statedBytes >= 0 ? statedBytes : expectedBytes, maxBytes),
      resume: () => this.#goOn(),
      giveUp: () => head.end(fellSilent()),
    });
    // What does not fit is left where it is, from its first byte on.
    this.#mayGoOn = this.#share.mayRead;
    if (!this.#mayGoOn) head.pause();
    scope.onEnd(() => this.#decoder?.destroy());
  }

  push(chunk: Buffer): boolean {
    if (!this.#hasBegun) this.#begin(chunk[0] ?? 0);
    const decoder = this.#decoder;
    if (decoder === undefined) return this.#take(chunk);
    this.#sentBytes += chunk.length;
    this.#checkSize(this.#sentBytes);
    return decoder.write(chunk) && this.#mayGoOn;
  }

  /** The body is over. Rejects when what came cannot be decompressed, or is not taken. */
  async end(): Promise<void> {
    if (this.#decoder !== undefined) {
      try {
        await finishDecoding(this.#decoder, this.#signal);
      } catch (error) {
        throw this.#failure ?? error;
      }
    }
    this.#share.doneReading();
  }

  /** Nothing more will come; what did stays. */
  stop(): void {
    this.#decoder?.destroy();
    this.#share.doneReading();
  }

  /** The answer is of no use: its bytes are given back at once. */
  giveUp(): void {
    this.#decoder?.destroy();
    this.#share.release();
  }

  #begin(firstByte: number): void {
    this.#hasBegun = true;
    const decoder = contentDecoder(this.#head.headers['content-encoding'], firstByte);
    this.#decoder = decoder;
    decoder?.on('drain', () => {
      if (this.#mayGoOn) this.#head.resume();
    });
    // It takes no more then: a connection that waits for it to be drained would wait for good.
    decoder?.on('error', (error) => this.#head.end(undecodable(error)));
    decoder?.on('end', () => this.#head.end());
    decoder?.on('data', (chunk: Buffer) => {
      try {
        if (!this.#take(chunk)) decoder.pause();
      } catch (error) {
        this.#failure = error;
        this.#head.end(asError(error));
        decoder.destroy();
      }
    });
  }

  #take(chunk: Buffer): boolean {
    this.#receivedBytes += chunk.length;
    this.#checkSize(this.#receivedBytes);
    this.#onChunk(chunk);
    this.#mayGoOn = this.#share.add(chunk.length);
    return this.#mayGoOn;
  }

  #checkSize(bytes: number): void {
    if (bytes <= this.#maxBytes) return;
    const message = `The upstream answer is larger than ${this.#maxBytes} bytes.`;
    throw new PlantainError('upstream_answer_too_large', message);
  }

  #goOn(): void {
    this.#mayGoOn = true;
    this.#decoder?.resume();
    if (this.#decoder?.writableNeedDrain !== true) this.#head.resume();
  }
}

function fellSilent(): PlantainError {
  return new PlantainError('upstream_timeout', 'The upstream fell silent in the middle of its answer.');
}
