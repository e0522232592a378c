import { isArrayBuffer } from 'node:util/types';

/**
 * Gives the memory behind buffers back now, not when the collector comes by: the gateway's memory is mostly
 * pictures under way, and marking the whole heap to find the sent ones costs a third of a picture's work
 * (docs/performance.md). Afterwards every view of the same memory is empty. So it is only for bytes that nobody
 * reads again, and that no write of the operating system still has in hand.
 */
export function freeBytes(buffers: Iterable<Buffer>): void {
  for (const view of buffers) {
    const { buffer } = view;
    if (isArrayBuffer(buffer) && !buffer.detached && !mayBePooled(view)) buffer.transfer(0);
  }
}

/** Whether others may have their bytes in the same memory: Node cuts buffers under half a pool's size from shared pools. */
function mayBePooled({ buffer, length }: Buffer): boolean {
  return length < Buffer.poolSize >>> 1 && buffer.byteLength === Buffer.poolSize;
}
