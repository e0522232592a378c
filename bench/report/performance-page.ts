import type { BenchResults } from '../results.ts';
export function writePerformancePage(_results: BenchResults): void {}
