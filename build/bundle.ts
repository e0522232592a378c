import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { ownRequires } from './own-requires.ts';
import { external, outDir, root } from './places.ts';

/** The program and the files its threads run. Flat, so that a thread's file is beside whoever starts it. */
const entries = {
  main: 'src/main.ts',
  'picture-worker': 'painter/picture-worker.ts',
  'blend-worker': 'src/pixels/mask/blend-worker.ts',
  'report-worker': 'src/store/sql/report-worker.ts',
};

// The console is built by another command.
mkdirSync(outDir, { recursive: true });
for (const name of readdirSync(outDir))
  if (name !== 'web') rmSync(path.join(outDir, name), { recursive: true });

const bundle = await rolldown({
  cwd: root,
  input: entries,
  platform: 'node',
  external,
  plugins: [ownRequires()],
});
await bundle.write({
  dir: outDir,
  format: 'esm',
  sourcemap: true,
  entryFileNames: '[name].js',
  chunkFileNames: '[name].js',
});
await bundle.close();

cpSync(path.join(root, 'painter', 'fonts'), path.join(outDir, 'fonts'), { recursive: true });
const { name, version, license } = JSON.parse(
  readFileSync(path.join(root, 'package.json'), 'utf8'),
) as Record<string, string>;
// The folder runs wherever it is copied to.
writeFileSync(
  path.join(outDir, 'package.json'),
  `${JSON.stringify({ name, version, license, private: true, type: 'module' }, null, 2)}\n`,
);
