import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { packagesBeside } from './bundled-packages.ts';
import { external, outDir, root } from './places.ts';

/**
 * One folder with all that a server needs but Node.js: what was built, the packages with native parts for the machine
 * it was built on, and the licences. It runs wherever it is copied to: `node main.js serve`.
 */
const folder = path.join(root, 'out');

rmSync(folder, { recursive: true, force: true });
cpSync(outDir, folder, { recursive: true });
for (const { name, folder: source } of packagesBeside(external, path.join(root, 'package.json')))
  cpSync(source, path.join(folder, 'node_modules', name), { recursive: true, dereference: true });
for (const file of ['LICENSE', 'NOTICE']) cpSync(path.join(root, file), path.join(folder, file));
