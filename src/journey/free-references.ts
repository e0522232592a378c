import { freeBytes } from '../bytes/free-bytes.ts';
import type { ImageOrder } from './image-order.ts';
import type { OrderScope } from './order-scope.ts';

/**
 * A request is told as gone out when its end is handed to the socket, and what stands before the end has then left the
 * process if it alone filled the socket's own buffer: Node.js waits for room after each such piece. 64 KiB is that buffer.
 */
const leftBehindBytes = 64 * 1024;

/**
 * Gives the memory of an order's own pictures back once no call of it can be made again: an upload is the largest thing
 * that an order holds, and finding it dead costs the collector more than all other work on it (docs/performance.md).
 */
export function freeReferences({ references, mask }: ImageOrder, scope: OrderScope): void {
  if (scope.hasLentBytes) return;
  for (const { base64 } of mask === undefined ? references : [...references, mask])
    freeBytes(base64.slices.filter(({ length }) => length >= leftBehindBytes));
}
