import { dirname, join } from 'node:path';

export const benchDir = import.meta.dirname;
export const projectDir = dirname(benchDir);
/** Pictures and peers, kept between runs; ignored by git. */
export const cacheDir = join(benchDir, '.cache');
export const resultsDir = join(benchDir, 'results');
export const docsDir = join(projectDir, 'docs');
