import { isArrayBuffer } from 'node:util/types';
import { giveBackMemory } from './blocks.ts';

/**
 * Gives the memory behind buffers back now, not when the collector comes by: the gateway's memory is mostly
 * pictures under way, and marking the whole heap to find the sent ones costs a third of a picture's work
 * (docs/performance.md). Afterwards every view of the same memory is empty. So it is only for bytes that nobody
 * reads again, and that no write of the operating system still has in hand.
 */
export function freeBytes(buffers: Iterable<Buffer>): void {
  for (const { buffer, length } of buffers) {
    // Shorter ones may lie in one of Node's pools, whose memory belongs to others too; a freed one has no length.
    if (length >= Buffer.poolSize >>> 1 && isArrayBuffer(buffer)) giveBackMemory(buffer);
  }
}

/** Gives a chunk of a stream back if it is the whole of its memory; any other shares it with what came beside it. */
export function freeOwn(chunk: Buffer): void {
  if (chunk.length === chunk.buffer.byteLength) freeBytes([chunk]);
}

/** The same groups of chunks, each group given back when the next one is asked for: by then it was sent. */
export async function* freedBehind(
  groups: AsyncIterable<readonly Buffer[]> | Iterable<readonly Buffer[]>,
): AsyncGenerator<readonly Buffer[], undefined> {
  for await (const chunks of groups) {
    yield chunks;
    for (const chunk of chunks) freeOwn(chunk);
  }
  return undefined;
}
