import type { IncomingMessage } from 'node:http';
import { GoogleError } from './google-error.ts';

/**
 * Reads a request body of at most `maxBytes`. Throws Google's 400 for a larger one, without holding more of it than
 * allowed, and an Error when the caller leaves before its end.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = (): GoogleError =>
    new GoogleError('INVALID_ARGUMENT', `Request payload size exceeds the limit: ${maxBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const pieces: Buffer[] = [];
  let length = 0;
  return await new Promise<Buffer>((resolve, reject) => {
    request.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length > maxBytes) {
        // The rest is let through to nowhere: the answer goes out while the caller may still be sending.
        pieces.length = 0;
        reject(tooLarge());
        return;
      }
      pieces.push(piece);
    });
    request.once('end', () => resolve(Buffer.concat(pieces)));
    request.once('close', () => reject(new Error('the caller left before the end of its request')));
    request.once('error', reject);
  });
}
