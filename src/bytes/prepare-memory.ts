import { setFlagsFromString } from 'node:v8';

/**
 * Settings of the runtime for a process through which pictures flow (docs/contracts/runtime.md#memory). To be called before
 * they do. What each gives is in docs/performance.md, "What was tried".
 */
export function prepareMemory(): void {
  // Pictures lie outside the JavaScript heap. By default V8 answers their coming and going with full collections of
  // a small heap, ten a second at full load; with this flag external memory counts towards one common limit.
  setFlagsFromString('--external-memory-accounted-in-global-limit');
  // Node cuts buffers under half of this size from shared pools, and what may be shared cannot be freed by hand. At
  // Node's 64 KiB that would be most pieces of an answer in chunks, as Google sends them.
  Buffer.poolSize = 8 * 1024;
}
