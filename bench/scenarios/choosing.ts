import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Call } from '../../src/journey/call.ts';
import type { CatalogueModel } from '../../src/journey/catalogue-model.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Turn } from '../../src/routing/planned-call.ts';
import type { UpstreamPool } from '../../src/routing/upstream-pool.ts';
import { loadTestModels } from '../../test/support/test-models.ts';
import { plainMember } from '../../test/support/plain-member.ts';
import type { BenchContext } from '../bench-context.ts';
import { median, quantile } from '../measure/statistics.ts';
import type { ChoosingFigures } from '../results.ts';

const upstreams = 8;
const models = 10;
/** Calls under way while a choice is made: what is taken is given back much later, as with pictures. */
const inFlight = 64;
const choicesPerRound = 20_000;

type PoolModule = typeof import('../../src/routing/upstream-pool.ts');

/** What it costs to choose an upstream for a call and to learn from how it ended, without the call. */
export async function measureChoosing(context: BenchContext): Promise<ChoosingFigures> {
  const { options } = context;
  context.log(`choosing among ${upstreams} upstreams, for ${models} models`);
  const file = join(options.productDir, 'src/routing/upstream-pool.ts');
  const product = (await import(pathToFileURL(file).href)) as PoolModule;
  const members = Array.from({ length: upstreams }, (_, index) =>
    plainMember(
      {
        name: `upstream-${index}`,
        draw: () => Promise.reject(new Error('nobody draws')),
        close: async () => {},
      },
      { weight: 1 + (index % 3) },
    ),
  );
  const pool = new product.UpstreamPool(members, systemClock, () => undefined);
  const asked = modelsOf();
  await choose(pool, asked, choicesPerRound);
  const rounds: number[] = [];
  for (let round = 0; round < options.shape.rounds; round++) {
    const before = process.threadCpuUsage();
    await choose(pool, asked, choicesPerRound);
    const { user, system } = process.threadCpuUsage(before);
    rounds.push((user + system) / choicesPerRound);
  }
  return { upstreams, models, microseconds: { median: median(rounds), least: quantile(rounds, 0) } };
}

/** Copies of one model of the catalogue, which health knows by their ids. */
function modelsOf(): CatalogueModel[] {
  const [model] = loadTestModels();
  if (model === undefined) throw new Error('the catalogue is empty');
  return Array.from({ length: models }, (_, index) => ({ ...model, id: `model-${index}` }));
}

async function choose(pool: UpstreamPool, asked: readonly CatalogueModel[], choices: number): Promise<void> {
  const { signal } = new AbortController();
  const underWay: { readonly turn: Turn; readonly model: CatalogueModel; readonly startedAtMs: number }[] =
    [];
  const end = (): void => {
    const oldest = underWay.shift();
    oldest?.turn.end(pictureOf(oldest.turn.upstream.name, oldest.model, oldest.startedAtMs));
  };
  for (let index = 0; index < choices; index++) {
    const model = asked[index % asked.length];
    if (model === undefined) return;
    const startedAtMs = systemClock.nowMs();
    const planned = { model, canTake: () => true, tried: [], deadlineAtMs: startedAtMs + 120_000 };
    underWay.push({ turn: await pool.acquire(planned, signal), model, startedAtMs });
    if (underWay.length >= inFlight) end();
  }
  while (underWay.length > 0) end();
}

function pictureOf(upstream: string, model: CatalogueModel, startedAtMs: number): Call {
  return {
    upstream,
    model,
    startedAtMs,
    endedAtMs: startedAtMs + 12_000,
    verdict: 'picture',
    phase: 'answered',
    fault: undefined,
    picturesSeen: 1,
    usage: 'not counted',
  };
}
