import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** How commands are called from a folder: a clone that was not installed has no `plantain` on the path. */
export function programName(cwd: string, module = import.meta.url): string {
  // A bundle is one script, built and installed.
  if (!module.endsWith('.ts')) return 'plantain';
  const clone = path.resolve(path.dirname(fileURLToPath(module)), '../..');
  const isInside = cwd === clone || cwd.startsWith(clone + path.sep);
  return isInside ? 'npm run plantain --' : `node ${path.join(clone, 'bin/plantain.mjs')}`;
}
