import { finished } from 'node:stream/promises';
import { createGunzip, type Gunzip } from 'node:zlib';
import type { MemoryReader, OrderMemory } from '../../journey/order-memory.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { ChunkReceiver, ResponseHead } from './post-upstream.ts';

/**
 * Hands an answer's bytes to `onChunk`, counting what is held and pausing when the process holds too much. The
 * bytes stay counted until the order ends, or `giveUp`. Throws when the answer is too large.
 */
export class AnswerReceiver implements ChunkReceiver {
  readonly #maxBytes: number;
  readonly #onChunk: (chunk: Buffer) => void;
  readonly #share: MemoryReader;
  /** No accept-encoding is sent, so this is only for a proxy that compresses unasked. */
  readonly #gunzip: Gunzip | undefined;
  #receivedBytes = 0;

  constructor(
    head: ResponseHead,
    options: { readonly maxBytes: number; readonly expectedBytes: number; readonly memory: OrderMemory },
    onChunk: (chunk: Buffer) => void,
  ) {
    this.#maxBytes = options.maxBytes;
    this.#onChunk = onChunk;
    const statedBytes = Number(head.headers['content-length']);
    this.#share = options.memory.openReader({
      expectedBytes: Math.min(statedBytes >= 0 ? statedBytes : options.expectedBytes, options.maxBytes),
      resume: head.resume,
      giveUp: () => head.fail(fellSilent()),
    });
    // What does not fit is left where it is, from its first byte on.
    if (!this.#share.mayRead) head.pause();
    if (head.headers['content-encoding'] === 'gzip') this.#gunzip = this.#startGunzip();
  }

  push(chunk: Buffer): boolean {
    if (this.#gunzip === undefined) return this.#take(chunk);
    this.#gunzip.write(chunk);
    return true;
  }

  /** The body is over. */
  async end(): Promise<void> {
    if (this.#gunzip !== undefined) await finished(this.#gunzip.end());
    this.#share.doneReading();
  }

  /** The answer is of no use: its bytes are given back at once. */
  giveUp(): void {
    this.#gunzip?.destroy();
    this.#share.release();
  }

  #take(chunk: Buffer): boolean {
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > this.#maxBytes) {
      const message = `The upstream answer is larger than ${this.#maxBytes} bytes.`;
      throw new PlantainError('upstream_answer_too_large', message);
    }
    this.#onChunk(chunk);
    return this.#share.add(chunk.length);
  }

  #startGunzip(): Gunzip {
    const gunzip = createGunzip();
    gunzip.on('data', (chunk: Buffer) => {
      try {
        this.#take(chunk);
      } catch (error) {
        gunzip.destroy(error instanceof Error ? error : undefined);
      }
    });
    // Heard by `end`; without a listener an early error would bring the process down.
    gunzip.on('error', () => undefined);
    return gunzip;
  }
}

function fellSilent(): PlantainError {
  return new PlantainError('upstream_timeout', 'The upstream fell silent in the middle of its answer.');
}
