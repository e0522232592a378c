import { setFlagsFromString } from 'node:v8';

/**
 * Pictures lie outside the JavaScript heap. By default V8 answers their coming and going with full collections
 * of a small heap, ten a second at full load, a third of all the work; with this flag external memory counts
 * towards one common limit (docs/performance.md, "What was tried"). To be called before pictures flow.
 */
export function countExternalMemory(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit');
}
