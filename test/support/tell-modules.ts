import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** Imported before a program: writes what it has loaded when it ends, files and modules of Node's own, into `TOLD_MODULES`. */
const files = new Set<string>();
registerHooks({
  load(url, context, next) {
    files.add(url);
    return next(url, context);
  },
});
const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] };
process.once('exit', () => {
  writeFileSync(
    process.env['TOLD_MODULES'] ?? '',
    JSON.stringify({ files: [...files], nodes: moduleLoadList }),
  );
});
