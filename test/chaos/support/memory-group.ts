import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotRun } from '../experiment.ts';

export interface MemoryGroupFacts {
  /** Processes that the kernel killed because the group was full. */
  readonly kills: number;
  /** How often the limit was met; the kernel then took back what it could. */
  readonly limitHits: number;
}

/** A group of processes that together may use so much memory, as in a container. */
export interface MemoryGroup {
  /** The command that joins the group and then becomes `command`. */
  entering(command: readonly string[]): readonly [string, ...string[]];
  facts(): MemoryGroupFacts;
  /** Once its processes have ended. */
  remove(): void;
}

interface Layout {
  readonly root: string;
  readonly limitFile: string;
  readonly killsFile: string;
  readonly hitsFile: string;
  readonly hits: RegExp;
}

const version1: Layout = {
  root: '/sys/fs/cgroup/memory',
  limitFile: 'memory.limit_in_bytes',
  killsFile: 'memory.oom_control',
  hitsFile: 'memory.failcnt',
  hits: /^(\d+)/m,
};
const version2: Layout = {
  root: '/sys/fs/cgroup',
  limitFile: 'memory.max',
  killsFile: 'memory.events',
  hitsFile: 'memory.events',
  hits: /^max (\d+)/m,
};

let made = 0;

/** Makes a group. Throws `CannotRun` where the system has none, or this user may not. */
export function makeMemoryGroup(limitBytes: number): MemoryGroup {
  const layout = existsSync(join(version1.root, 'cgroup.procs')) ? version1 : version2;
  const folder = join(layout.root, `plantain-chaos-${process.pid}-${made++}`);
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  try {
    if (layout === version2) writeFileSync(join(layout.root, 'cgroup.subtree_control'), '+memory');
    mkdirSync(folder);
    writeFileSync(join(folder, layout.limitFile), String(limitBytes));
    if (existsSync(join(folder, 'memory.swap.max'))) writeFileSync(join(folder, 'memory.swap.max'), '0');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CannotRun(`A memory cgroup needs Linux and root, and cannot be made here: ${reason}.`, {
      cause,
    });
  }
  return {
    entering: (command) => [
      '/bin/sh',
      '-c',
      'echo $$ > "$0" && exec "$@"',
      join(folder, 'cgroup.procs'),
      ...command,
    ],
    facts: () => ({
      kills: Number(/^oom_kill (\d+)/m.exec(read(layout.killsFile))?.[1] ?? 0),
      limitHits: Number(layout.hits.exec(read(layout.hitsFile))?.[1] ?? 0),
    }),
    remove: () => {
      try {
        rmdirSync(folder);
      } catch {
        // The kernel is still tidying up after its last process: an empty folder more, gone with the next boot.
      }
    },
  };
}
