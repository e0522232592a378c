import type { BenchContext } from '../bench-context.ts';
import { runLoad } from '../measure/measured-load.ts';
import type { WaitingFigures } from '../results.ts';
import { pictureSubject } from './images.ts';

const body = '0.8 kB';
/** Enough for the compiler's work and the young heap's growth to be over: they are the process's, not an order's. */
const warmUpOrders = 2000;

/** Memory of orders that wait for a slow upstream, each count in a process of its own. */
export async function measureWaiting(context: BenchContext): Promise<WaitingFigures[]> {
  const { options, upstream } = context;
  const figures: WaitingFigures[] = [];
  for (const orders of options.waitingOrders) {
    context.log(`${orders} orders waiting ${options.thinkMs / 1000} s`);
    const target = await context.startFresh();
    try {
      const subject = pictureSubject(context, target, body);
      await upstream.answer(body);
      await runLoad(context, subject, { concurrency: 8, maxRequests: warmUpOrders });
      const restBytes = target.tree?.residentBytes() ?? 0;
      target.tree?.resetPeak();
      await upstream.answer(body, { thinkMs: options.thinkMs });
      await runLoad(context, subject, { concurrency: orders, maxRequests: orders });
      const peakBytes = target.tree?.peakResidentBytes() ?? 0;
      figures.push({ orders, restBytes, peakBytes, bytesPerOrder: (peakBytes - restBytes) / orders });
    } finally {
      await target.stop();
    }
  }
  await upstream.answer(body);
  return figures;
}
