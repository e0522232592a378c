import { closeSync, mkdirSync, openSync } from 'node:fs';

/** Makes the directory and its missing parents for the owner alone. One that exists keeps the mode its owner chose. */
export function ensurePrivateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/**
 * Makes an empty file for the owner alone, so that SQLite finds it and gives its journals the same mode.
 * A file that exists is not even opened: closing it again would drop the POSIX locks this process holds on it.
 */
export function ensurePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
  }
}
