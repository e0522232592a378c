import type { BenchContext } from '../bench-context.ts';
import { bodyNames } from '../bodies/body-specs.ts';
import { runLoad } from '../measure/measured-load.ts';
import { slope } from '../measure/statistics.ts';
import type { SoakFigures } from '../results.ts';
import { pictureSubject } from './images.ts';

const turnMs = 5000;
const concurrency = 8;

/** All sizes in turn for as long as asked; resident memory after every turn. */
export async function measureSoak(context: BenchContext, minutes: number): Promise<SoakFigures> {
  context.log(`soak of ${minutes} minutes`);
  const target = await context.startFresh();
  const startedAt = performance.now();
  const samples: { atSeconds: number; residentBytes: number }[] = [];
  let orders = 0;
  try {
    for (let turn = 0; performance.now() - startedAt < minutes * 60_000; turn++) {
      const body = bodyNames[turn % bodyNames.length] ?? '2.7 MiB';
      await context.upstream.answer(body);
      const report = await runLoad(context, pictureSubject(context, target, body), {
        concurrency,
        maxDurationMs: turnMs,
      });
      orders += report.completed;
      // One sample a cycle through the sizes, after the smallest: what the largest left behind would drown a leak.
      if (turn % bodyNames.length === 0) {
        samples.push({
          atSeconds: (performance.now() - startedAt) / 1000,
          residentBytes: target.tree?.residentBytes() ?? 0,
        });
      }
    }
  } finally {
    await target.stop();
  }
  const settled = samples.slice(Math.floor(samples.length / 3));
  const perSecond = slope(settled.map(({ atSeconds, residentBytes }) => [atSeconds, residentBytes] as const));
  return { minutes, orders, samples, bytesPerHour: perSecond * 3600 };
}
