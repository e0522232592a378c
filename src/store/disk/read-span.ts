import type { FileHandle } from 'node:fs/promises';
import { blockBytes, takeBytes } from '../../bytes/blocks.ts';
import { freeBytes } from '../../bytes/free-bytes.ts';
import type { ByteSpan } from '../../gallery/blob-store.ts';

/** Blocks read with one call, which costs more than what it copies (docs/performance.md). */
const mostBlocks = 16;
/** Blocks that all readers share: a client that takes its time keeps what was read for it, so many of them read one by one. */
const sharedBlocks = 128;
let readers = 0;

/**
 * Exactly the bytes of `span` from an open file, which it closes in every case. A file that has become shorter ends them
 * with an error instead of an end: its length was promised, and whatever came next on the connection would be taken for
 * the rest of the file. Pieces come in groups of what was read with one call, each when the one before was taken; a
 * stream between would cost a tenth more.
 */
export async function* readSpan(
  handle: FileHandle,
  { start, endInclusive }: ByteSpan,
): AsyncGenerator<readonly Buffer[], undefined> {
  readers++;
  try {
    for (let position = start; position <= endInclusive; ) {
      const left = endInclusive - position + 1;
      const blocks: Buffer[] = [];
      const most = Math.max(1, Math.min(mostBlocks, Math.floor(sharedBlocks / readers)));
      for (let wanted = left; wanted > 0 && blocks.length < most; wanted -= blockBytes)
        blocks.push(takeBytes(wanted));
      const { bytesRead } = await handle.readv(blocks, position);
      if (bytesRead === 0) throw new Error(`A stored file ended ${String(left)} bytes early.`);
      position += bytesRead;
      yield filled(blocks, bytesRead);
    }
  } finally {
    readers--;
    await handle.close();
  }
  return undefined;
}

/** What was read of blocks that are filled one after the other; the rest of them is given back. */
function filled(blocks: readonly Buffer[], bytesRead: number): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let left = bytesRead;
  for (const block of blocks) {
    if (left <= 0) freeBytes([block]);
    else pieces.push(left < block.length ? block.subarray(0, left) : block);
    left -= block.length;
  }
  return pieces;
}
