import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchContext } from '../bench-context.ts';
import { median } from '../measure/statistics.ts';
import type { StartFigures, StartWay } from '../results.ts';
import type { PlantainTarget } from '../targets/plantain.ts';

const idleWaitMs = 2000;

/** What a server is started from: a program, and whether an earlier start has left compiled code. */
const ways = [
  { id: 'sources', from: 'src', isWarm: false },
  { id: 'sources, compiled before', from: 'src', isWarm: true },
  { id: 'package', from: 'dist', isWarm: false },
  { id: 'package, compiled before', from: 'dist', isWarm: true },
] as const;

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
    idle.push(await idleBytesOf(used));
    await used.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  return {
    firstMs: median(first),
    againMs: median(again),
    idleBytes: median(idle),
    ways: await measureWays(context),
  };
}

/** Every way in turn, again and again, on a data folder that was used before. */
async function measureWays(context: BenchContext): Promise<StartWay[]> {
  const { productDir, startRounds } = context.options;
  const present = ways.filter(({ from }) =>
    existsSync(join(productDir, from === 'src' ? 'src/main.ts' : 'dist/main.js')),
  );
  const folder = mkdtempSync(join(tmpdir(), 'plantain-bench-start-'));
  const start = ({ id, from, isWarm }: (typeof ways)[number], round: number): Promise<PlantainTarget> =>
    context.startFresh({
      from,
      dataDir: join(folder, 'data'),
      env: { NODE_COMPILE_CACHE: join(folder, id, isWarm ? 'kept' : String(round)) },
    });
  const figures = present.map(({ id }) => ({
    id,
    ms: [] as number[],
    cpuMs: [] as number[],
    idle: [] as number[],
  }));
  try {
    // What is compiled is written when the process ends.
    for (const way of present) await (await start(way, -1)).stop();
    for (let round = 0; round < Math.max(2, startRounds); round++) {
      for (const [index, way] of present.entries()) {
        const server = await start(way, round);
        figures[index]?.ms.push(server.startMs);
        figures[index]?.cpuMs.push(server.tree?.cpuMs() ?? Number.NaN);
        if (!context.options.isQuick) figures[index]?.idle.push(await idleBytesOf(server));
        await server.stop();
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return figures.map(({ id, ms, cpuMs, idle }) => ({
    id,
    ms: { min: Math.min(...ms), median: median(ms) },
    cpuMs: { min: Math.min(...cpuMs), median: median(cpuMs) },
    idleBytes: median(idle),
  }));
}

async function idleBytesOf(server: PlantainTarget): Promise<number> {
  await sleep(idleWaitMs);
  return server.tree?.residentBytes() ?? 0;
}
