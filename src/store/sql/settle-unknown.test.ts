import { afterAll, describe, expect, test } from 'vitest';
import { bookFaults } from '../../../test/support/book-faults.ts';
import { plainOpening } from '../../../test/support/plain-orders.ts';
import { startPostgres } from '../../../test/support/postgres-server.ts';
import { createApiKey } from '../../access/manage-keys.ts';
import { noLimits } from '../../journey/limits.ts';
import { changeZone } from './budget-zone.ts';
import type { OpenDatabase } from './open-database.ts';
import { openStore } from './open-store.ts';
import { settleUnknown } from './settle-unknown.ts';
import { SqlApiKeyStore } from './sql-api-key-store.ts';
import { SqlLedger } from './sql-ledger.ts';

const server = await startPostgres();
const databases = {
  SQLite: await openStore({ url: undefined, file: ':memory:' }),
  PostgreSQL: await openStore({ url: server.url, file: '' }),
};
afterAll(async () => {
  for (const { close } of Object.values(databases)) await close();
  await server.remove();
});

let orders = 0;
const created = Date.parse('2026-11-26T12:00:00Z');
const settlement = {
  costMicroUsd: 40,
  imagesDelivered: 2,
  reason: 'on the bill',
  actor: 'me',
  atMs: created,
};

/** An order of two pictures, with a thousand reserved, of a key with a budget and an end user. */
async function order({ db, dialect }: OpenDatabase, isLost: boolean, markupBasisPoints?: number) {
  const id = `req_${String(++orders)}`;
  const ledger = new SqlLedger(
    db,
    dialect === 'postgres' ? { postgres: { instance: { id: 'inst_dead' }, usesDatabaseClock: false } } : {},
  );
  const { record } = await createApiKey(
    new SqlApiKeyStore(db),
    { nowMs: () => created },
    { name: id, limits: { ...noLimits, totalMicroUsd: 1000 } },
  );
  await ledger.open({
    id,
    keyId: record.id,
    projectId: 'proj_default',
    operation: 'generate',
    model: 'm',
    requestedModel: 'm',
    imagesRequested: 2,
    reservedMicroUsd: 1000,
    createdAtMs: created,
    endUser: null,
    upstream: 'u',
    ...(markupBasisPoints !== undefined && { markupBasisPoints }),
  });
  if (isLost) {
    const row = { id: 'inst_dead', started_at_ms: 1, heartbeat_at_ms: 1, ended_at_ms: 2, version: 'test' };
    await db
      .insertInto('instances')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await ledger.closeLeftOpen(created + 1);
  }
  const used = async () =>
    (
      await db
        .selectFrom('allowances')
        .select(['total_used_micro_usd as total', 'day_images as images', 'open_orders as open'])
        .where('id', '=', record.id)
        .execute()
    )[0];
  return { id, ledger, keyId: record.id, used };
}

describe.each(Object.entries(databases))('an unknown order on %s', (_name, database) => {
  const { db, dialect } = database;

  test('costs what is told by hand, in its row and in all that it counts in, with the reason beside', async () => {
    const { id, ledger, keyId, used } = await order(database, true);
    expect(await used()).toEqual({ total: 1000, images: 2, open: 0 });
    expect(await settleUnknown(db, dialect, id, settlement)).toMatchObject({
      before: { status: 'unknown', costMicroUsd: 1000 },
    });
    expect(await ledger.find(id)).toMatchObject({
      status: 'succeeded',
      costMicroUsd: 40,
      imagesDelivered: 2,
      finishedAtMs: created,
      upstream: 'u',
    });
    expect(await used()).toEqual({ total: 40, images: 2, open: 0 });
    const notes = await db.selectFrom('adjustments').selectAll().where('allowance_id', '=', keyId).execute();
    expect(notes).toMatchObject([
      {
        amount_micro_usd: 0,
        reason: `${id} settled at $0.00004 instead of $0.001: on the bill`,
        actor: 'me',
      },
    ]);
    expect(await bookFaults(db)).toEqual([]);
  });

  test('is settled once, whoever tells it: by hand twice, and by its own server after all', async () => {
    const { id, ledger, used } = await order(database, true);
    const truth = {
      status: 'succeeded' as const,
      errorCode: null,
      upstream: 'u',
      imagesDelivered: 2,
      inputTokens: 0,
      outputTokens: 0,
      outputImageTokens: 0,
      usageSource: 'none' as const,
      costMicroUsd: 700,
      bytesOut: 0,
      attempts: 0,
      finishedAtMs: 1,
    };
    const [one, other, told] = await Promise.all([
      settleUnknown(db, dialect, id, settlement),
      settleUnknown(db, dialect, id, { ...settlement, costMicroUsd: 50 }),
      ledger.complete(id, truth, []),
    ]);
    const settled = [one, other].filter((outcome) => outcome?.before.status === 'unknown').length;
    expect(settled + Number(told)).toBe(1);
    const row = await ledger.find(id);
    expect((await used())?.total).toBe(row?.costMicroUsd);
    expect(await bookFaults(db)).toEqual([]);
  });

  test('delivered some of its pictures, or none, but never more than were asked for', async () => {
    for (const [imagesDelivered, status] of [
      [0, 'failed'],
      [1, 'partial'],
    ] as const) {
      const { id, ledger, used } = await order(database, true);
      await settleUnknown(db, dialect, id, { ...settlement, imagesDelivered });
      expect(await ledger.find(id)).toMatchObject({ status, imagesDelivered });
      expect((await used())?.images).toBe(imagesDelivered);
    }
    const { id, ledger } = await order(database, true);
    await expect(settleUnknown(db, dialect, id, { ...settlement, imagesDelivered: 3 })).rejects.toThrow(
      'asked for 2 pictures',
    );
    expect(await ledger.find(id)).toMatchObject({ status: 'unknown' });
    expect(await bookFaults(db)).toEqual([]);
  });

  test('costs at most what it reserved, by which it was held to its limits; what a bill has beyond that is an adjustment', async () => {
    const { id, ledger, used } = await order(database, true);
    await expect(settleUnknown(db, dialect, id, { ...settlement, costMicroUsd: 1001 })).rejects.toMatchObject(
      {
        code: 'invalid_value',
        param: 'cost_micro_usd',
        message: expect.stringContaining('reserved $0.001') as string,
      },
    );
    expect(await ledger.find(id)).toMatchObject({ status: 'unknown', costMicroUsd: 1000 });
    expect((await used())?.total).toBe(1000);
    await settleUnknown(db, dialect, id, { ...settlement, costMicroUsd: 1000 });
    expect((await used())?.total).toBe(1000);
    expect(await bookFaults(db)).toEqual([]);
  });

  test('of a project with a markup is charged what it reserved at most, to the millionth', async () => {
    const { id, ledger, used } = await order(database, true, 3333);
    const costMicroUsd = (await ledger.find(id))?.costMicroUsd ?? 0;
    await settleUnknown(db, dialect, id, { ...settlement, costMicroUsd });
    expect(await ledger.find(id)).toMatchObject({ costMicroUsd: 751, chargedMicroUsd: 1000 });
    expect((await used())?.total).toBe(1000);
    expect(await bookFaults(db)).toEqual([]);
  });

  test('that a server is at work on is left to it, and one that is not there is nobody’s', async () => {
    const { id, ledger } = await order(database, false);
    expect(await settleUnknown(db, dialect, id, settlement)).toMatchObject({ before: { status: 'open' } });
    expect(await ledger.find(id)).toMatchObject({ status: 'open' });
    expect(await settleUnknown(db, dialect, 'req_none', settlement)).toBeUndefined();
  });
});

test('what is told of its limits is of the days of the zone that the book is in', async () => {
  const { db, close } = await openStore({ url: undefined, file: ':memory:' });
  await changeZone(db, 'sqlite', 'Pacific/Auckland', created);
  const ledger = new SqlLedger(db);
  const { record } = await createApiKey(
    new SqlApiKeyStore(db),
    { nowMs: () => created },
    { name: 'south', limits: { ...noLimits, dayMicroUsd: 1000 } },
  );
  await db.updateTable('allowances').set({ alert_at: '[1]' }).where('id', '=', record.id).execute();
  const opening = plainOpening({ keyId: record.id, reservedMicroUsd: 900, createdAtMs: created });
  await ledger.open(opening);
  await ledger.closeLeftOpen(created + 1);
  await settleUnknown(db, 'sqlite', opening.id, { ...settlement, imagesDelivered: 1 });
  const told = await db.selectFrom('alerts').select(['used', 'period_start_ms', 'resets_at_ms']).execute();
  const midnight = Date.parse('2026-11-27T00:00:00+13:00');
  expect(told).toEqual([{ used: 40, period_start_ms: midnight, resets_at_ms: midnight + 86_400_000 }]);
  await close();
});
