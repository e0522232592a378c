import { readdir, readFile } from 'node:fs/promises';
import { getPriority, setPriority } from 'node:os';

/** How much nicer than the process, as `nice` counts. */
const steps = 10;
const nicest = 19;

/**
 * Lets libuv's threads stand back behind the main one, and with them libvips' own, which they start and which inherit it. As
 * many pictures are worked on as there are processors: at the same priority every small request would wait behind them for
 * the scheduler. On Linux, where a thread has a priority of its own (docs/contracts/runtime.md#picture-libraries).
 */
export async function yieldPoolThreads(): Promise<void> {
  if (process.platform !== 'linux') return;
  try {
    // Reading the folder has started them.
    for (const id of await readdir('/proc/self/task')) {
      const name = await readFile(`/proc/self/task/${id}/comm`, 'latin1');
      if (name.startsWith('libuv-worker')) setPriority(Number(id), nicer());
    }
  } catch {
    // Where it is not allowed they work as they are.
  }
}

/** The same for the thread that calls it, which is not the main one. */
export function yieldOwnThread(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(nicer());
  } catch {
    // As above.
  }
}

function nicer(): number {
  return Math.min(nicest, getPriority(process.pid) + steps);
}
