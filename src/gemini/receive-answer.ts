import { createGunzip } from 'node:zlib';
import type { Readable } from 'node:stream';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { HeldBytes } from './held-bytes.ts';
import type { OrderScope } from '../journey/order-scope.ts';

/**
 * Feeds a response body to `onChunk`, counting what is held and pausing when the process holds too much. The
 * bytes stay counted until the order ends. Rejects when the body is cut, too large, or the order is aborted.
 */
export function receiveAnswer(
  body: Readable,
  options: { contentEncoding: string | undefined; maxBytes: number; heldBytes: HeldBytes; scope: OrderScope },
  onChunk: (chunk: Buffer) => void,
): Promise<void> {
  // No accept-encoding is sent, so this is only for a proxy that compresses unasked.
  const source = options.contentEncoding === 'gzip' ? body.pipe(createGunzip()) : body;
  return new Promise((resolve, reject) => {
    let receivedBytes = 0;
    const share = options.heldBytes.open(() => source.resume());
    options.scope.onEnd(() => share.release());
    const fail = (error: unknown): void => {
      share.release();
      body.destroy();
      reject(error);
    };
    source.on('data', (chunk: Buffer) => {
      receivedBytes += chunk.length;
      if (receivedBytes > options.maxBytes) {
        fail(
          new PlantainError(
            'upstream_answer_too_large',
            `The upstream answer is larger than ${options.maxBytes} bytes.`,
          ),
        );
        return;
      }
      try {
        onChunk(chunk);
      } catch (error) {
        fail(error);
        return;
      }
      if (!share.add(chunk.length)) source.pause();
    });
    source.once('end', () => {
      share.doneReading();
      resolve();
    });
    source.once('error', fail);
    if (source !== body) body.once('error', fail);
  });
}
