import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Puts the first key where no log collects it: into a file for this user alone, beside the database. Returns its path;
 * undefined when it cannot be written.
 */
export function writeFirstKey(dataDir: string, key: string): string | undefined {
  const file = path.join(dataDir, 'first-key');
  try {
    // One that lies there from an earlier database may be open to others.
    rmSync(file, { force: true });
    writeFileSync(file, `${key}\n`, { flag: 'wx', mode: 0o600 });
    return file;
  } catch {
    return undefined;
  }
}
