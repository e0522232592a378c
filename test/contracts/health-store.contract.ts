import { expect, test } from 'vitest';
import { type HealthStore, type KeptHealth, nothingKept } from '../../src/routing/kept-health.ts';

const kept: KeptHealth = {
  upstreams: [
    {
      name: 'a',
      identity: 'x',
      state: 'bad_credential',
      reason: 'upstream_auth_error',
      probeAtMs: 5.5,
      step: 2,
    },
    { name: 'b', identity: 'y', state: 'disabled', reason: 'drained', step: 0 },
  ],
  cells: [{ name: 'a', identity: 'x', model: 'pro', reason: 'no_model', untilMs: 7, absences: 3 }],
  quotas: [
    { group: 'g', reason: 'spending', untilMs: 9 },
    { group: 'g', model: 'pro', reason: 'day', untilMs: 11 },
  ],
};

/** What every store of health does. `open` opens the same place again, as a restart does. */
export function healthStoreContract(open: () => HealthStore): void {
  test('has nothing at first', async () => {
    expect(await open().load()).toEqual(nothingKept);
  });

  test('gives back what was saved last, after a restart too', async () => {
    const store = open();
    await store.save({ ...nothingKept, cells: kept.cells });
    await store.save(kept);
    expect(await store.load()).toEqual(kept);
    expect(await open().load()).toEqual(kept);
    await open().save(nothingKept);
    expect(await open().load()).toEqual(nothingKept);
  });
}
