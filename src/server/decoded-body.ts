import { Readable } from 'node:stream';
import { type Decoder, openDecoder } from '../bytes/content-coding.ts';
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
  #hasSourceEnded = false;
  #decoder: Decoder | undefined;
  /** What the decoder has left of its last chunk. */
  #unused: () => Buffer = () => Buffer.alloc(0);

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
    (this.#decoder ?? this.#source).resume();
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
    if (this.#sourceBytes > mostCompressedBytes(this.#maxBytes)) this.destroy(bodyTooLarge(this.#maxBytes));
    else this.#write(chunk);
  };

  readonly #onEnd = (): void => {
    this.#source.off('close', this.#onCut);
    this.#hasSourceEnded = true;
    if (this.#decoder === undefined) this.push(null);
    else this.#decoder.end();
  };

  readonly #onCut = (cause?: unknown): void => {
    this.destroy(bodyBrokeOff(cause));
  };

  /** The next chunk is taken when all of this one has come out. */
  #write(chunk: Buffer): void {
    this.#source.pause();
    const decoder = (this.#decoder ??= this.#open(chunk[0] ?? 0));
    const usedBefore = decoder.bytesWritten;
    const unused = (): Buffer => chunk.subarray(decoder.bytesWritten - usedBefore);
    this.#unused = unused;
    decoder.write(chunk, (error) => {
      if (!error && unused().length === 0) this.#source.resume();
    });
    if (this.#hasSourceEnded) decoder.end();
  }

  #open(firstByte: number): Decoder {
    const decoder = openDecoder(this.#coding, firstByte);
    if (decoder === undefined) throw new RangeError(`no decoder for ${this.#coding}`);
    return decoder
      .on('data', (out: Buffer) => {
        if (!this.push(out)) decoder.pause();
      })
      .on('end', () => this.#onDecoded())
      .on('error', (cause) => this.destroy(this.#undecodable(cause)));
  }

  /** The compressed data is over, and may be so before the body is. Only of zstd may another frame follow. */
  #onDecoded(): void {
    const unused = this.#unused();
    this.#decoder = undefined;
    // Behind gzip zeros are left alone, as its own tool does; everything else it takes for a further member.
    if (unused.length === 0 || this.#coding === 'gzip') this.push(null);
    else if (this.#coding === 'zstd') this.#write(unused);
    else this.destroy(this.#undecodable(new Error(`${unused.length} bytes more`)));
  }

  #undecodable(cause: unknown): PlantainError {
    const message = `The body is not the ${this.#coding} data that its Content-Encoding header says, or is not whole.`;
    return new PlantainError('malformed_request', message, { cause });
  }
}
