import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderKind } from './order-kinds.ts';

/** Runs kinds of orders by chance and weight, so many at once, until `isOver`. Resolves when the last has ended. */
export async function runLanes(
  kinds: readonly OrderKind[],
  lanes: number,
  pauseMs: () => number,
  isOver: () => boolean,
): Promise<void> {
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0);
  const choose = (): OrderKind | undefined => {
    let left = Math.random() * total;
    return kinds.find(({ weight }) => (left -= weight) < 0) ?? kinds[0];
  };
  const lane = async (): Promise<void> => {
    while (!isOver()) {
      await choose()?.run();
      await sleep(pauseMs());
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
