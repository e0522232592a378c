import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const ticksPerSecond = readTicksPerSecond();

/** A process and everything it started, from /proc. */
export class ProcessTree {
  readonly rootPid: number;

  constructor(rootPid: number) {
    this.rootPid = rootPid;
  }

  /** CPU time of all processes and threads so far, user and system, in milliseconds; the kernel counts in steps of ten. */
  cpuMs(): number {
    return this.#sum((pid) => {
      const fields = statFields(pid);
      return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
    });
  }

  residentBytes(): number {
    return this.#sum((pid) => statusKilobytes(pid, 'VmRSS') * 1024);
  }

  /** The highest resident memory of each process since `resetPeak`, added up. */
  peakResidentBytes(): number {
    return this.#sum((pid) => statusKilobytes(pid, 'VmHWM') * 1024);
  }

  /** Starts the peak anew. Throws where the kernel does not allow it. */
  resetPeak(): void {
    for (const pid of this.pids()) writeFileSync(`/proc/${pid}/clear_refs`, '5');
  }

  pids(): number[] {
    const children = new Map<number, number[]>();
    for (const name of readdirSync('/proc')) {
      const pid = Number(name);
      if (!Number.isInteger(pid)) continue;
      const parent = parentOf(pid);
      if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
    }
    const pids: number[] = [];
    const waiting = [this.rootPid];
    for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
      pids.push(pid);
      waiting.push(...(children.get(pid) ?? []));
    }
    return pids;
  }

  #sum(read: (pid: number) => number): number {
    let sum = 0;
    for (const pid of this.pids()) {
      try {
        sum += read(pid);
      } catch {
        // A helper process that ended between the listing and the reading.
      }
    }
    return sum;
  }
}

/** /proc/PID/stat behind the name, which may hold blanks: field 3 of the manual is index 0. */
function statFields(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(statFields(pid)[1]);
  } catch {
    return undefined;
  }
}

function statusKilobytes(pid: number, name: string): number {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return Number(line?.[1] ?? 0);
}

function readTicksPerSecond(): number {
  try {
    return Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })) || 100;
  } catch {
    return 100;
  }
}
