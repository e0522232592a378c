/**
 * Fuzzes the readers of JSON bodies: `node test/fuzz/fuzz-json.ts [count] [seed]`. Prints what came of the inputs
 * and how far memory grew; exits with 1 on a crash, a hang, a 5xx or memory that keeps growing.
 */
import { fuzzJson } from './json-fuzzing.ts';

const count = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? 1);
const maxGrowthMb = 400;
const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024);

await fuzzJson({ count: 1000, seed });
const before = process.memoryUsage.rss();
const startedAt = performance.now();
const outcome = await fuzzJson({ count, seed });
const seconds = (performance.now() - startedAt) / 1000;
const growthMb = megabytes(process.memoryUsage.rss() - before);

console.log(
  `json: ${count} inputs in ${seconds.toFixed(1)} s, slowest ${outcome.slowestMs.toFixed(1)} ms, memory grew ${growthMb} MB`,
);
console.log(`  orders ${outcome.orders}, refused ${outcome.refusals}:`, outcome.byCode);
if (growthMb > maxGrowthMb) {
  console.error(`memory grew by more than ${maxGrowthMb} MB`);
  process.exitCode = 1;
}
