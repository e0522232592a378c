/** What pictures are moved in: of less it takes more calls, and more leaves the processor's cache before it is used. */
export const blockBytes = 256 * 1024;
/** 32 MB: what is kept of a burst until the next one. */
const mostBlocks = 128;
/** When nobody took or gave one for that long, the system has them back. */
const restMs = 1000;

let kept: ArrayBuffer[] = [];
let isUsed = false;
let timer: NodeJS.Timeout | undefined;

/**
 * Memory of its own for bytes of a picture: `mostBytes`, or a block of 256 kB where that is less, one that was given back if
 * there is one. What the system gives anew it has to clear and to map page by page, which can take longer than reading a
 * picture into it (docs/performance.md, "What was tried"). It is not cleared.
 */
export function takeBytes(mostBytes: number): Buffer {
  if (mostBytes < blockBytes) return Buffer.allocUnsafeSlow(mostBytes);
  isUsed = true;
  const block = kept.pop();
  return block === undefined ? Buffer.allocUnsafeSlow(blockBytes) : Buffer.from(block);
}

/** Takes memory from all who see it: a block is kept for the next who wants one, anything else is freed. */
export function giveBackMemory(memory: ArrayBuffer): void {
  if (memory.byteLength !== blockBytes || kept.length >= mostBlocks) return void memory.transfer(0);
  kept.push(memory.transfer());
  isUsed = true;
  timer ??= setInterval(rest, restMs).unref();
}

function rest(): void {
  if (isUsed) {
    isUsed = false;
    return;
  }
  for (const memory of kept) memory.transfer(0);
  kept = [];
  clearInterval(timer);
  timer = undefined;
}
