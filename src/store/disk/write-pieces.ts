import type { FileHandle } from 'node:fs/promises';
import { freeBytes } from '../../bytes/free-bytes.ts';

/** Written with one call, which costs more than what it copies (docs/performance.md): so much is held until it goes. */
const callBytes = 1024 * 1024;

export interface PieceUse {
  readonly signal: AbortSignal;
  /** Nobody reads the pieces afterwards: each is given back once it is written. */
  readonly isLastUse: boolean;
}

/** Writes pieces at the end of an open file, and answers how many bytes they were. Throws the signal's reason once it aborts. */
export async function writePieces(
  handle: FileHandle,
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  { signal, isLastUse }: PieceUse,
): Promise<number> {
  let sizeBytes = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;
  const write = async (): Promise<void> => {
    await writeAll(handle, held, heldBytes);
    if (isLastUse) freeBytes(held);
    sizeBytes += heldBytes;
    held = [];
    heldBytes = 0;
  };
  for await (const piece of pieces) {
    signal.throwIfAborted();
    held.push(piece);
    heldBytes += piece.length;
    if (heldBytes >= callBytes) await write();
  }
  signal.throwIfAborted();
  if (heldBytes > 0) await write();
  return sizeBytes;
}

/** A disk that is nearly full takes a part, and says why with the next call. */
async function writeAll(handle: FileHandle, pieces: readonly Buffer[], byteLength: number): Promise<void> {
  let { bytesWritten: skipped } = await handle.writev(pieces);
  if (skipped === byteLength) return;
  for (const piece of pieces) {
    let offset = Math.min(skipped, piece.length);
    skipped -= offset;
    while (offset < piece.length) {
      const { bytesWritten } = await handle.write(piece, offset, piece.length - offset);
      offset += bytesWritten;
    }
  }
}
