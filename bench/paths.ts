import { dirname, join } from 'node:path';

export const benchDir = import.meta.dirname;
export const projectDir = dirname(benchDir);
/** Pictures and LiteLLM, kept between runs where npm's other tools keep theirs. */
export const cacheDir = join(projectDir, 'node_modules', '.cache', 'plantain-bench');
export const resultsDir = join(benchDir, 'results');
export const docsDir = join(projectDir, 'docs');
