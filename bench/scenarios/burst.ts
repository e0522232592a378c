import type { BenchContext } from '../bench-context.ts';
import { bodySpec } from '../bodies/body-specs.ts';
import { runLoad } from '../measure/measured-load.ts';
import type { BurstFigures } from '../results.ts';
import type { Target } from '../targets/target.ts';
import { pictureSubject } from './images.ts';

const body = '16 MiB';
const thinkMs = 2000;

/** Many large pictures finishing in the same moment. */
export async function measureBurst(context: BenchContext): Promise<BurstFigures[]> {
  const { options, upstream } = context;
  context.log(`${options.burstOrders} orders of ${body} finishing together`);
  const figures: BurstFigures[] = [];
  const measure = async (target: Target): Promise<void> => {
    await upstream.answer('0.8 kB');
    await runLoad(context, pictureSubject(context, target, '0.8 kB'), { concurrency: 8, maxRequests: 200 });
    const restBytes = target.tree?.residentBytes() ?? 0;
    target.tree?.resetPeak();
    await upstream.answer(body, { thinkMs });
    await runLoad(context, pictureSubject(context, target, body), {
      concurrency: options.burstOrders,
      maxRequests: options.burstOrders,
    });
    figures.push({
      target: target.id,
      orders: options.burstOrders,
      inFlightBytes: options.burstOrders * bodySpec(body).base64Length,
      restBytes,
      peakBytes: target.tree?.peakResidentBytes() ?? 0,
    });
  };
  const fresh = await context.startFresh();
  try {
    await measure(fresh);
  } finally {
    await fresh.stop();
  }
  const others = context.targets.filter(
    ({ id }) => !context.plantains.some((plantain) => plantain.id === id),
  );
  for (const target of options.isQuick ? [] : others) await measure(target);
  await upstream.answer('0.8 kB');
  return figures;
}
