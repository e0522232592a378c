import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { errorCodeOf } from '../kernel/error-code.ts';

/** A running server of this user: one small file named after its port, so that `keys` and `usage` find its data. */
export interface ServerNote {
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
}

/** More servers of one user on one machine are not looked through. */
const maxNotes = 100;

/** Leaves the note, and returns what takes it away. A home that cannot be written keeps no server from serving. */
export function leaveNote(stateDir: string | undefined, note: ServerNote): () => void {
  if (stateDir === undefined) return () => undefined;
  const folder = path.join(stateDir, 'servers');
  const file = path.join(folder, `${new URL(note.url).port || '80'}.json`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  } catch {
    return () => undefined;
  }
  return () => {
    // Another server may have the port by now.
    if (readNote(file)?.pid === note.pid) rmSync(file, { force: true });
  };
}

/** The servers that left a note and still run. */
export function runningServers(stateDir: string | undefined): ServerNote[] {
  if (stateDir === undefined) return [];
  const folder = path.join(stateDir, 'servers');
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .filter((name) => /^\d{1,5}\.json$/.test(name))
    .slice(0, maxNotes)
    .map((name) => readNote(path.join(folder, name)))
    .filter((note) => note !== undefined)
    .filter(({ pid }) => isRunning(pid));
}

function readNote(file: string): ServerNote | undefined {
  try {
    const { url, dataDir, pid } = JSON.parse(readFileSync(file, 'utf8')) as Partial<ServerNote>;
    const isWhole =
      typeof url === 'string' &&
      URL.canParse(url) &&
      typeof dataDir === 'string' &&
      Number.isSafeInteger(pid);
    return isWhole ? { url, dataDir, pid: Number(pid) } : undefined;
  } catch {
    return undefined;
  }
}

/** A killed server leaves its note behind. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCodeOf(error) === 'EPERM';
  }
}
