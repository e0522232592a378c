import type { CatalogueModel } from '../../src/journey/catalogue-model.ts';
import { UpstreamPool } from '../../src/routing/upstream-pool.ts';
import { plainCall } from '../support/plain-call.ts';
import { plainMember } from '../support/plain-member.ts';

const rounds = 20_000;

/** Processor time that it takes to choose among 8 upstreams that each serve 10 models, and to hear what came of it. */
export async function measureChoice(): Promise<{ readonly microseconds: number }> {
  const models = Array.from(
    { length: 10 },
    (_, index) =>
      ({ id: `m${index}`, successor: null, deadlineMs: { '1K': 120_000 } }) as unknown as CatalogueModel,
  );
  const members = Array.from({ length: 8 }, (_, index) =>
    plainMember(
      {
        name: `u${index}`,
        close: async () => undefined,
        draw: () => Promise.reject(new Error('not drawn here')),
      },
      { weight: index + 1, requestsPerMinute: 1_000_000 },
    ),
  );
  const pool = new UpstreamPool(members, { nowMs: () => Date.now() }, () => undefined);
  const { signal } = new AbortController();
  const round = async (index: number): Promise<void> => {
    const model = models[index % models.length];
    if (model === undefined) return;
    const nowMs = Date.now();
    const turn = await pool.acquire(
      { model, canTake: () => true, tried: [], deadlineAtMs: nowMs + 60_000 },
      signal,
    );
    turn.end(plainCall({ model, upstream: turn.upstream.name, startedAtMs: nowMs, endedAtMs: nowMs }));
  };
  for (let index = 0; index < rounds / 4; index++) await round(index);
  const before = process.cpuUsage();
  for (let index = 0; index < rounds; index++) await round(index);
  const { user, system } = process.cpuUsage(before);
  return { microseconds: (user + system) / rounds };
}
