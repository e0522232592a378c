import { Readable, type Transform } from 'node:stream';
import { openDecoder } from '../bytes/content-coding.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { bodyBrokeOff, bodyTooLarge } from './read-bytes.ts';

/** The most that `bytes` can become by compression: what cannot be made fewer gets frames and a head. */
export function mostCompressedBytes(bytes: number): number {
  return bytes * (1 + 1 / 1024) + 1024;
}

/**
 * A compressed body as the bytes it stands for. It takes from `source` only as fast as it is read, so that all bounds
 * on a body hold for what comes out, and no small body can become a large one unseen. Fails with `malformed_request`
 * for a body that is cut or not of its coding, and with `body_too_large` where more comes than `maxBytes` can need.
 */
export class DecodedBody extends Readable {
  readonly #source: Readable;
  readonly #coding: string;
  readonly #maxBytes: number;
  #sourceBytes = 0;
  #decoder: Transform | undefined;

  constructor(source: Readable, coding: string, maxBytes: number) {
    super();
    this.#source = source;
    this.#coding = coding;
    this.#maxBytes = maxBytes;
    source.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onCut).on('error', this.#onCut);
    source.pause();
    if (source.destroyed || source.readableEnded) this.#onCut();
  }

  override _read(): void {
    this.#decoder?.resume();
    if (this.#decoder?.writableNeedDrain !== true) this.#source.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#source
      .off('data', this.#onData)
      .off('end', this.#onEnd)
      .off('close', this.#onCut)
      .off('error', this.#onCut);
    this.#source.pause();
    this.#decoder?.destroy();
    done(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#sourceBytes += chunk.length;
    if (this.#sourceBytes > mostCompressedBytes(this.#maxBytes)) {
      this.destroy(bodyTooLarge(this.#maxBytes));
      return;
    }
    this.#decoder ??= this.#open(chunk[0] ?? 0);
    if (!this.#decoder.write(chunk)) this.#source.pause();
  };

  readonly #onEnd = (): void => {
    this.#source.off('close', this.#onCut);
    if (this.#decoder === undefined) this.push(null);
    else this.#decoder.end();
  };

  readonly #onCut = (cause?: unknown): void => {
    this.destroy(bodyBrokeOff(cause));
  };

  #open(firstByte: number): Transform {
    const decoder = openDecoder(this.#coding, firstByte, { rejectGarbageAfterEnd: true });
    if (decoder === undefined) throw new RangeError(`no decoder for ${this.#coding}`);
    decoder
      .on('data', (chunk: Buffer) => {
        if (!this.push(chunk)) decoder.pause();
      })
      .on('drain', () => this.#source.resume())
      .on('end', () => this.push(null))
      .on('error', (cause) => {
        const message = `The body is cut, or is not the ${this.#coding} data that its Content-Encoding header says.`;
        this.destroy(new PlantainError('malformed_request', message, { cause }));
      });
    return decoder;
  }
}
