import type { FileHandle } from 'node:fs/promises';
import { takeBytes } from '../../bytes/blocks.ts';
import type { ByteSpan } from '../../gallery/blob-store.ts';

/**
 * Exactly the bytes of `span` from an open file, which it closes in every case. A file that has become shorter ends them
 * with an error instead of an end: its length was promised, and whatever came next on the connection would be taken for
 * the rest of the picture. Pieces come one by one, each when the one before was taken; a stream between would cost a tenth more.
 */
export async function* readSpan(
  handle: FileHandle,
  { start, endInclusive }: ByteSpan,
): AsyncGenerator<Buffer, undefined> {
  try {
    for (let position = start; position <= endInclusive; ) {
      const left = endInclusive - position + 1;
      const bytes = takeBytes(left);
      const { bytesRead, buffer } = await handle.read(bytes, 0, bytes.length, position);
      if (bytesRead === 0) throw new Error(`A stored picture ended ${String(left)} bytes early.`);
      position += bytesRead;
      yield bytesRead === bytes.length ? buffer : buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
  return undefined;
}
