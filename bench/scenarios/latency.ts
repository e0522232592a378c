import type { BenchContext } from '../bench-context.ts';
import type { BodyName } from '../bodies/body-specs.ts';
import { runLoad } from '../measure/measured-load.ts';
import { median, quantile } from '../measure/statistics.ts';
import type { LatencyFigures } from '../results.ts';
import { pictureSubject } from './images.ts';

const bodies: readonly BodyName[] = ['0.8 kB', '2.7 MiB'];
/** Orders in a row before the next target's turn: short, so that a disturbance befalls all alike. */
const turnOrders = 10;

/** One order at a time: what a target adds to what the upstream itself takes. */
export async function measureLatency(context: BenchContext): Promise<LatencyFigures[]> {
  const { options, upstream, targets, direct } = context;
  const figures: LatencyFigures[] = [];
  for (const body of bodies) {
    context.log(`latency, ${body}`);
    await upstream.answer(body);
    const subjects = [direct, ...targets].map((target) => pictureSubject(context, target, body));
    for (const subject of subjects)
      await runLoad(context, subject, { concurrency: 1, maxDurationMs: options.shape.warmUpMs / 2 });
    const latencies = new Map<string, number[]>(subjects.map(({ target }) => [target.id, []]));
    for (let turn = 0; turn < options.latencyTurns; turn++) {
      for (const subject of subjects) {
        const report = await runLoad(context, subject, { concurrency: 1, maxRequests: turnOrders });
        latencies.get(subject.target.id)?.push(...report.latenciesMs);
      }
    }
    for (const [target, values] of latencies) {
      figures.push({ target, body, p50Ms: median(values), p99Ms: quantile(values, 0.99) });
    }
  }
  return figures;
}
