import type { BenchContext } from '../bench-context.ts';
import type { Expectation, LoadReport } from '../load-messages.ts';
import type { LoadShape } from '../options.ts';
import type { CostFigures } from '../results.ts';
import type { Target } from '../targets/target.ts';
import { type RawRequest, requestBytes } from '../wire/raw-request.ts';
import { median, quantile } from './statistics.ts';

/** One kind of order at one target. */
export interface Subject {
  readonly target: Target;
  readonly request: RawRequest;
  readonly expect: Expectation;
}

interface Round {
  readonly report: LoadReport;
  readonly cpuMs: number;
}

/** Runs one load and notes what failed. */
export async function runLoad(
  context: BenchContext,
  { target, request, expect }: Subject,
  shape: { concurrency: number; maxRequests?: number; maxDurationMs?: number },
): Promise<LoadReport> {
  const report = await context.load.run({
    port: target.port,
    request: requestBytes(request, target.port),
    concurrency: shape.concurrency,
    maxRequests: shape.maxRequests ?? 10_000_000,
    maxDurationMs: shape.maxDurationMs ?? 600_000,
    expect,
  });
  if (report.failed > 0) {
    context.failures.push(
      `${target.id} ${request.method} ${request.path.slice(0, 60)}: ${report.failed} of ${report.failed + report.completed} failed, first: ${report.firstFailure}`,
    );
  }
  return report;
}

/**
 * Interleaved rounds: every subject is warmed up, then each takes its turn in every round, so that whatever the
 * machine does meanwhile befalls all alike. Ratios within one call are what counts.
 */
export async function measureInterleaved(
  context: BenchContext,
  subjects: readonly Subject[],
  shape: LoadShape,
): Promise<Map<Subject, CostFigures>> {
  for (const subject of subjects)
    await runLoad(context, subject, { concurrency: shape.concurrency, maxDurationMs: shape.warmUpMs });
  const rounds = new Map<Subject, Round[]>(subjects.map((subject) => [subject, []]));
  for (const subject of subjects) subject.target.tree?.resetPeak();
  const peaks = new Map<Subject, number>();
  for (let round = 0; round < shape.rounds; round++) {
    for (const subject of subjects) {
      const tree = subject.target.tree;
      tree?.resetPeak();
      const before = tree?.cpuMs() ?? 0;
      const report = await runLoad(context, subject, {
        concurrency: shape.concurrency,
        maxDurationMs: shape.roundMs,
      });
      const cpuMs = (tree?.cpuMs() ?? Number.NaN) - before;
      peaks.set(subject, Math.max(peaks.get(subject) ?? 0, tree?.peakResidentBytes() ?? 0));
      rounds.get(subject)?.push({ report, cpuMs });
    }
  }
  return new Map(
    subjects.map((subject) => [
      subject,
      costFigures(subject.target.id, rounds.get(subject) ?? [], peaks.get(subject) ?? 0),
    ]),
  );
}

function costFigures(target: string, rounds: readonly Round[], peakBytes: number): CostFigures {
  const whole = rounds.filter(({ report }) => report.completed > 0);
  const cpuPerOrder = whole.map(({ report, cpuMs }) => cpuMs / report.completed);
  const latencies = whole.flatMap(({ report }) => report.latenciesMs);
  return {
    target,
    completed: latencies.length,
    cpuMs: {
      median: median(cpuPerOrder),
      least: quantile(cpuPerOrder, 0),
      rounds: rounds.map(({ report, cpuMs }) => cpuMs / report.completed),
    },
    perSecond: median(whole.map(({ report }) => (report.completed * 1000) / report.elapsedMs)),
    latencyMs: { p50: median(latencies), p99: quantile(latencies, 0.99) },
    peakBytes,
  };
}
