import { setFlagsFromString } from 'node:v8';

/**
 * Pictures lie outside the JavaScript heap. Without this V8 answers their coming and going with a full
 * collection of a small heap, ten a second at full load, a third of all the work; with it, external memory
 * counts towards one common limit (docs/performance.md, "What was tried"). To be imported before anything else.
 */
setFlagsFromString('--external-memory-accounted-in-global-limit');
