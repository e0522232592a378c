import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Does the work in a new folder with these files, by name, and removes it. */
export function withFiles<T>(files: Readonly<Record<string, string>>, work: (cwd: string) => T): T {
  const cwd = mkdtempSync(path.join(tmpdir(), 'plantain-config-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
      writeFileSync(path.join(cwd, name), text);
    }
    return work(cwd);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
