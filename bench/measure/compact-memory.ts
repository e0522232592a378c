import { writeFileSync } from 'node:fs';

/**
 * Has Linux put its free memory together, where whoever runs the bench may: root. After hours of other work it lies in
 * splinters, which costs programs that take memory for each picture twice as much, and those with fixed buffers nothing.
 * Returns whether it was done.
 */
export function compactMemory(): boolean {
  try {
    writeFileSync('/proc/sys/vm/compact_memory', '1');
    return true;
  } catch {
    return false;
  }
}
