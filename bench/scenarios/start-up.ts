import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchContext } from '../bench-context.ts';
import { median } from '../measure/statistics.ts';
import type { StartFigures } from '../results.ts';

const idleWaitMs = 2000;

/** From nothing to ready, and what an idle server holds. */
export async function measureStart(context: BenchContext): Promise<StartFigures> {
  context.log('start to ready');
  const first: number[] = [];
  const again: number[] = [];
  const idle: number[] = [];
  for (let round = 0; round < context.options.startRounds; round++) {
    const dataDir = mkdtempSync(join(tmpdir(), 'plantain-bench-data-'));
    const fresh = await context.startFresh({ dataDir });
    first.push(fresh.startMs);
    await fresh.stop();
    const used = await context.startFresh({ dataDir });
    again.push(used.startMs);
    await sleep(idleWaitMs);
    idle.push(used.tree?.residentBytes() ?? 0);
    await used.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  return { firstMs: median(first), againMs: median(again), idleBytes: median(idle) };
}
