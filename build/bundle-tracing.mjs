// Puts OpenTelemetry's SDK into the one file of dist/ that needs it, which is loaded only where a collector is set: as packages
// it would be 20 MB for everybody who installs Plantain, as a part of that file it is 60 KB (docs/decisions/2026-11-26-traces.md).
import { readdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const folder = resolve(import.meta.dirname, '../dist/src/observe/traces');
const file = join(folder, 'open-tracer.js');

const bundle = await rolldown({
  input: file,
  platform: 'node',
  // What of ours lies elsewhere stays where it is: others import it as well.
  external: (id, importer) =>
    id.startsWith('.') && importer?.startsWith(folder) === true && dirname(resolve(dirname(importer), id)) !== folder,
});
await bundle.write({ file, format: 'esm', minify: true, comments: { legal: true } });
for (const name of await readdir(folder))
  if (name.endsWith('.js') && name !== 'open-tracer.js') await rm(join(folder, name));
