/** What pictures are moved in: of less it takes more calls, and more leaves the processor's cache before it is used. */
export const blockBytes = 256 * 1024;
/** 96 MB: orders under way at once end at once, and four of the largest answers take 66 blocks each. */
const mostBlocks = 384;
/** What nobody wanted for that long the system has back. */
const restMs = 1000;

const kept: ArrayBuffer[] = [];
/** How many of them nobody has wanted since the last rest. */
let spare = 0;
let timer: NodeJS.Timeout | undefined;

/**
 * Memory of its own for bytes of a picture: `mostBytes`, or a block of 256 kB where that is less, one that was given back if
 * there is one. What the system gives anew it has to clear and to map page by page, which can take longer than reading a
 * picture into it (docs/performance.md, "What was tried"). It is not cleared.
 */
export function takeBytes(mostBytes: number): Buffer {
  if (mostBytes < blockBytes) return Buffer.allocUnsafeSlow(mostBytes);
  const block = kept.pop();
  spare = Math.min(spare, kept.length);
  return block === undefined ? Buffer.allocUnsafeSlow(blockBytes) : Buffer.from(block);
}

/** Takes memory from all who see it: a block is kept for the next who wants one, anything else is freed. */
export function giveBackMemory(memory: ArrayBuffer): void {
  if (memory.byteLength !== blockBytes || kept.length >= mostBlocks) return void memory.transfer(0);
  kept.push(memory.transfer());
  timer ??= setInterval(rest, restMs).unref();
}

function rest(): void {
  for (const memory of kept.splice(0, spare)) memory.transfer(0);
  spare = kept.length;
  if (spare > 0) return;
  clearInterval(timer);
  timer = undefined;
}
