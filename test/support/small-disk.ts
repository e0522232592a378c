import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder on a disk that can be filled and emptied while a process writes to it. */
export interface SmallDisk {
  readonly folder: string;
  /** Whether it is a disk of its own. Without root it is not, and a full disk looks like one that fails. */
  readonly isReal: boolean;
  /** From now on this process finds no room. */
  fill(pid?: number): void;
  makeRoom(pid?: number): void;
  remove(): void;
}

/** Mounts a small disk in memory. Who may not do that gets a folder, and a limit on the file sizes of the process. */
export function smallDisk(sizeBytes = 8 * 1024 * 1024): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'plantain-disk-'));
  const filling = join(folder, 'filling');
  const isReal = mount(folder, sizeBytes);
  const limit = (pid: number, bytes: string): void => {
    execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
  };
  return {
    folder,
    isReal,
    fill(pid = process.pid) {
      if (!isReal) return limit(pid, '1');
      const { bavail, bsize } = statfsSync(folder);
      try {
        appendFileSync(filling, Buffer.alloc(bavail * bsize));
        for (;;) appendFileSync(filling, Buffer.alloc(512));
      } catch {
        // Full, to the last byte.
      }
    },
    makeRoom(pid = process.pid) {
      if (isReal) rmSync(filling, { force: true });
      else limit(pid, 'unlimited');
    },
    remove() {
      if (isReal) execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function mount(folder: string, sizeBytes: number): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(sizeBytes)}`, 'tmpfs', folder], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}
