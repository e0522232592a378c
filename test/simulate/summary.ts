import type { Case } from './cases.ts';
import { simulateCase } from './simulate-case.ts';

/** A case over several hours, each of a seed of its own. */
export interface Summary {
  readonly name: string;
  readonly failedPercent: number;
  readonly p95S: number;
  readonly callsPerOrder: number;
  readonly limitedPerOrder: number;
  /** Of the first upstream, in the last third of the hour. */
  readonly latePercent: number;
}

export async function summarize(given: Case, seeds: number): Promise<Summary> {
  let [orders, failed, calls, limited, late, allLate] = [0, 0, 0, 0, 0, 0];
  const tookMs: number[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const result = await simulateCase(given, seed);
    orders += result.orders;
    failed += result.failed;
    calls += result.calls;
    limited += result.limited;
    late += result.lateCalls[0];
    allLate += result.lateCalls[1];
    tookMs.push(...result.tookMs);
  }
  tookMs.sort((one, other) => one - other);
  return {
    name: given.name,
    failedPercent: (failed / orders) * 100,
    p95S: (tookMs[Math.floor(tookMs.length * 0.95)] ?? 0) / 1000,
    callsPerOrder: calls / orders,
    limitedPerOrder: limited / orders,
    latePercent: (late / allLate) * 100,
  };
}
