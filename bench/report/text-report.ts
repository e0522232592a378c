import type { BenchResults } from '../results.ts';
import { reportTables } from './tables.ts';
import { textTable } from './text-table.ts';

/** A run's figures for the terminal. */
export function textReport(results: BenchResults): string {
  return [
    machineLine(results),
    ...reportTables(results).map(({ title, header, rows }) => `${title}\n${textTable(header, rows)}`),
  ].join('\n\n');
}

export function machineLine({ machine, startedAt, elapsedSeconds }: BenchResults): string {
  return `${startedAt.slice(0, 10)}: ${machine.cpu}, ${machine.cores} processors, ${machine.memoryGib} GiB, ${machine.system}, Linux ${machine.kernel}, Node.js ${machine.node}. Load average before: ${machine.loadBefore.toFixed(2)}. The run took ${elapsedSeconds} s.`;
}
