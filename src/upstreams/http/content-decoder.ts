import type { Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import { codingsOf, openDecoder } from '../../bytes/content-coding.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';

/** No text begins with it. */
const gzipFirstByte = 0x1f;

/**
 * Undoes an answer's compression; undefined where its bytes come as they are. No accept-encoding is sent, so this is
 * only for proxies that compress unasked; some drop the header that says so. An error of the stream is heard by
 * `finishDecoding`. Throws `upstream_error` for a coding that is not known.
 */
export function contentDecoder(
  contentEncoding: string | readonly string[] | undefined,
  firstByte: number,
): Transform | undefined {
  const codings = codingsOf(contentEncoding);
  const coding = codings[0] ?? (firstByte === gzipFirstByte ? 'gzip' : undefined);
  if (coding === undefined) return undefined;
  const decoder = codings.length <= 1 ? openDecoder(coding, firstByte) : undefined;
  if (decoder === undefined) throw undecodable(new Error(`content-encoding ${codings.join().slice(0, 40)}`));
  // Without a listener an early error would bring the process down.
  decoder.on('error', () => undefined);
  return decoder;
}

/** Waits until all that the data stand for is out; what lies behind them is left alone. Rejects with `upstream_error`, or the signal's reason. */
export async function finishDecoding(decoder: Transform, signal: AbortSignal): Promise<void> {
  decoder.end();
  try {
    await finished(decoder, { signal, writable: false });
  } catch (error) {
    signal.throwIfAborted();
    throw undecodable(error);
  }
}

/** The `upstream_error` of an answer that is not of its coding, or is cut. */
export function undecodable(cause: unknown): PlantainError {
  const message = 'The upstream sent an answer whose compression cannot be undone.';
  return new PlantainError('upstream_error', message, { cause });
}
