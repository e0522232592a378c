import type { IncomingMessage } from 'node:http';
import { parseSmallJson } from '../bytes/small-json.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { bodyTooLarge } from './read-bytes.ts';

const maxBodyMs = 10_000;

/**
 * A small document that a request brings, whole. Rejects with `unsupported_media_type`, `body_too_large`,
 * `request_timeout`, `invalid_json`, or the signal's reason.
 */
export async function readSmallJson(
  request: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(?:;|$)/i.test(type) || request.headers['content-encoding'] !== undefined)
    throw new PlantainError('unsupported_media_type', 'Send the body as application/json, uncompressed.');
  const bytes = await collect(request, maxBytes, signal);
  try {
    return parseSmallJson(bytes);
  } catch (error) {
    throw new PlantainError('invalid_json', 'The body is not JSON.', { cause: error });
  }
}

function collect(request: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const stop = (end: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      request.off('data', onData).off('end', onEnd).off('close', onCut).off('error', onCut);
      request.pause();
      end();
    };
    const fail = (error: unknown): void => stop(() => reject(error));
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBytes) fail(bodyTooLarge(maxBytes));
    };
    const onEnd = (): void => stop(() => resolve(join(chunks, length)));
    const onCut = (): void => fail(new PlantainError('malformed_request', 'The body broke off.'));
    const onAbort = (): void => fail(signal.reason);
    const timer = setTimeout(
      () => fail(new PlantainError('request_timeout', 'The body did not arrive in time.')),
      maxBodyMs,
    );
    signal.addEventListener('abort', onAbort);
    request.on('data', onData).on('end', onEnd).on('close', onCut).on('error', onCut);
    request.resume();
  });
}

function join(chunks: readonly Buffer[], length: number): Buffer {
  const whole = Buffer.allocUnsafe(length);
  let at = 0;
  for (const chunk of chunks) at += chunk.copy(whole, at);
  return whole;
}
