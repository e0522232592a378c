import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newApiKey } from '../../src/access/api-key.ts';
import { draftKey } from '../../src/access/manage-keys.ts';
import type { AllowanceOwner } from '../../src/admission/allowance-store.ts';
import { type Limits, noLimits } from '../../src/journey/limits.ts';
import { newId } from '../../src/kernel/ids.ts';
import { SqlAllowanceStore } from '../../src/store/sql/sql-allowance-store.ts';
import { SqlApiKeyStore } from '../../src/store/sql/sql-api-key-store.ts';
import { SqlLedger } from '../../src/store/sql/sql-ledger.ts';
import type { Ledger } from '../../src/usage/ledger.ts';
import { bookFaults } from '../support/book-faults.ts';
import type { EmptyBook } from '../support/empty-books.ts';
import { plainCompletion, plainOpening } from '../support/plain-orders.ts';

const noon = Date.parse('2026-11-26T12:00:00Z');
const dayMs = 86_400_000;
const reserved = 40_000;

/** When something is told of a limit, on every database. */
export function budgetAlertsContract(adapter: string, openEmpty: () => Promise<EmptyBook>): void {
  describe(`alerts on ${adapter}`, () => {
    let book: EmptyBook;
    let ledger: Ledger;
    let other: Ledger;
    let allowances: SqlAllowanceStore;
    let nowMs = noon;
    beforeEach(async () => {
      nowMs = noon;
      book = await openEmpty();
      const ledgerOf = (db: EmptyBook['db'], id: string): Ledger =>
        new SqlLedger(
          db,
          book.dialect === 'postgres' ? { postgres: { instance: { id }, usesDatabaseClock: false } } : {},
        );
      ledger = ledgerOf(book.db, 'inst_a');
      other = ledgerOf(book.otherDb, 'inst_b');
      allowances = new SqlAllowanceStore(book.db, { nowMs: () => nowMs }, book.dialect);
    });
    afterEach(() => book.close());

    let made = 0;
    const keyWith = async (limits: Partial<Limits>): Promise<AllowanceOwner & { id: string }> => {
      const { record } = draftKey(newApiKey(), { name: `key ${String(++made)}` }, made);
      await new SqlApiKeyStore(book.db).insert(record, randomBytes(32), { ...noLimits, ...limits });
      return { kind: 'key', id: record.id };
    };
    const open = async (
      keyId: string,
      fields: { endUser?: string; reservedMicroUsd?: number; imagesRequested?: number } = {},
      by = ledger,
    ): Promise<string> => {
      const id = newId('req', nowMs);
      await by.open(
        plainOpening({
          id,
          keyId,
          reservedMicroUsd: reserved,
          createdAtMs: nowMs,
          ...fields,
        }),
      );
      return id;
    };
    const end = (id: string, costMicroUsd: number, by = ledger, imagesDelivered = 1): Promise<boolean> =>
      by.complete(id, plainCompletion({ costMicroUsd, imagesDelivered, finishedAtMs: nowMs }), []);
    const spend = async (keyId: string, cost: number, fields = {}): Promise<boolean> =>
      end(await open(keyId, fields), cost);
    const alerts = async () =>
      (await book.db.selectFrom('alerts').selectAll().orderBy('at_ms').orderBy('id').execute())
        .map(({ allowance_id, limit_name, percent, used }) => [
          allowance_id.replace(/^key_.*/, 'key'),
          limit_name,
          percent,
          used,
        ])
        .toSorted((one, two) => Number(one[2]) - Number(two[2]) || Number(one[3]) - Number(two[3]));

    test('each threshold is told once, by what orders cost, not by what they have reserved', async () => {
      const { id } = await keyWith({ monthMicroUsd: 100_000 });
      const orders = [await open(id), await open(id)];
      await end(orders[0] ?? '', 39_999);
      // 79,999 are taken, half of it reserved for the other order.
      expect(await alerts()).toEqual([]);
      await end(orders[1] ?? '', 40_000);
      expect(await alerts()).toEqual([]);
      await spend(id, 1, { reservedMicroUsd: 10 });
      expect(await alerts()).toEqual([['key', 'month_micro_usd', 80, 80_000]]);
      await spend(id, 1, { reservedMicroUsd: 10 });
      await spend(id, 14_998, { reservedMicroUsd: 14_998 });
      expect(await alerts()).toHaveLength(1);
      await spend(id, 1, { reservedMicroUsd: 1 });
      expect(await alerts()).toEqual([
        ['key', 'month_micro_usd', 80, 80_000],
        ['key', 'month_micro_usd', 95, 95_000],
      ]);
    });

    test('a new day tells anew, and a limit for good does not', async () => {
      const { id } = await keyWith({ dayMicroUsd: 100, totalMicroUsd: 100_000 });
      await spend(id, 80, { reservedMicroUsd: 80 });
      nowMs += dayMs;
      await spend(id, 80, { reservedMicroUsd: 80 });
      expect(await alerts()).toEqual([
        ['key', 'day_micro_usd', 80, 80],
        ['key', 'day_micro_usd', 80, 80],
      ]);
      const rows = await book.db.selectFrom('alerts').selectAll().orderBy('at_ms').execute();
      expect(rows.map(({ period_start_ms, resets_at_ms }) => [period_start_ms, resets_at_ms])).toEqual([
        [Date.parse('2026-11-26T00:00:00Z'), Date.parse('2026-11-27T00:00:00Z')],
        [Date.parse('2026-11-27T00:00:00Z'), Date.parse('2026-11-28T00:00:00Z')],
      ]);
    });

    test('pictures of the day count as delivered', async () => {
      const { id } = await keyWith({ imagesPerDay: 10 });
      await end(await open(id, { imagesRequested: 9 }), 1, ledger, 7);
      expect(await alerts()).toEqual([]);
      await end(await open(id, { imagesRequested: 1 }), 1, ledger, 1);
      expect(await alerts()).toEqual([['key', 'images_per_day', 80, 8]]);
    });

    test('a limit that is raised above a threshold arms it again; one that stays passed is not told again', async () => {
      const owner = await keyWith({ totalMicroUsd: 100 });
      await spend(owner.id, 80, { reservedMicroUsd: 80 });
      await spend(owner.id, 5, { reservedMicroUsd: 5 });
      await allowances.setLimits(owner, { totalMicroUsd: 105 });
      await spend(owner.id, 1, { reservedMicroUsd: 1 });
      expect(await alerts()).toHaveLength(1);
      await allowances.setLimits(owner, { totalMicroUsd: 200 });
      await spend(owner.id, 1, { reservedMicroUsd: 1 });
      expect(await alerts()).toHaveLength(1);
      await spend(owner.id, 73, { reservedMicroUsd: 73 });
      expect(await alerts()).toEqual([
        ['key', 'total_micro_usd', 80, 80],
        ['key', 'total_micro_usd', 80, 160],
      ]);
    });

    test('a lowered limit tells of what is passed of it with the next order', async () => {
      const owner = await keyWith({ totalMicroUsd: 100 });
      await spend(owner.id, 80, { reservedMicroUsd: 80 });
      await allowances.setLimits(owner, { totalMicroUsd: 82 });
      await spend(owner.id, 1, { reservedMicroUsd: 1 });
      expect(await alerts()).toEqual([
        ['key', 'total_micro_usd', 80, 80],
        ['key', 'total_micro_usd', 95, 81],
      ]);
    });

    test('money given back arms a threshold again, if it is no longer passed', async () => {
      const owner = await keyWith({ totalMicroUsd: 100 });
      await spend(owner.id, 90, { reservedMicroUsd: 90 });
      const credit = (amountMicroUsd: number) =>
        allowances.credit(owner, {
          id: newId('adj', nowMs),
          amountMicroUsd,
          reason: '',
          actor: '',
          atMs: nowMs,
        });
      await credit(10);
      await spend(owner.id, 1, { reservedMicroUsd: 1 });
      expect(await alerts()).toHaveLength(1);
      await credit(10);
      await spend(owner.id, 9, { reservedMicroUsd: 9 });
      expect(await alerts()).toEqual([
        ['key', 'total_micro_usd', 80, 80],
        ['key', 'total_micro_usd', 80, 90],
      ]);
    });

    test('a budget that refuses an order is told once, and not for what is only reserved or never fits', async () => {
      const owner = await keyWith({ dayMicroUsd: 100 });
      await allowances.setLimits(owner, { alertAt: [] });
      const refused = (amount: number) =>
        expect(open(owner.id, { reservedMicroUsd: amount })).rejects.toMatchObject({
          code: 'budget_exceeded',
        });
      const [one, two] = [
        await open(owner.id, { reservedMicroUsd: 50 }),
        await open(owner.id, { reservedMicroUsd: 50 }),
      ];
      await refused(10);
      await refused(101);
      expect(await alerts()).toEqual([]);
      await end(one, 50);
      await end(two, 45);
      for (let order = 0; order < 3; order++) await refused(6);
      expect(await alerts()).toEqual([['key', 'day_micro_usd', null, 95]]);
      nowMs++;
      await allowances.setLimits(owner, { dayMicroUsd: 101 });
      await refused(7);
      expect(await alerts()).toHaveLength(2);
      nowMs += dayMs;
      await spend(owner.id, 100, { reservedMicroUsd: 100 });
      await refused(2);
      expect(await alerts()).toHaveLength(3);
      const [first] = await book.db.selectFrom('alerts').selectAll().orderBy('at_ms').execute();
      expect(first).toMatchObject({ type: 'budget.exhausted', requested: 6, allowed: 100, told_at_ms: null });
    });

    test('end users are told of only where that was asked for, by their name', async () => {
      const { id } = await keyWith({});
      const users: AllowanceOwner = { kind: 'users', projectId: 'proj_default' };
      await allowances.setLimits(users, { totalMicroUsd: 100 });
      await spend(id, 99, { endUser: 'ada', reservedMicroUsd: 99 });
      expect(await alerts()).toEqual([]);
      await allowances.setLimits(users, { alertAt: [50] });
      await spend(id, 49, { endUser: 'eve', reservedMicroUsd: 50 });
      expect(await alerts()).toEqual([]);
      await spend(id, 1, { endUser: 'eve', reservedMicroUsd: 50 });
      const [alert] = await book.db.selectFrom('alerts').selectAll().execute();
      expect(alert).toMatchObject({ end_user: 'eve', percent: 50, used: 50 });
    });

    test('what is told of an allowance can be changed, and taken back', async () => {
      const owner = await keyWith({ totalMicroUsd: 100 });
      await allowances.setLimits(owner, { alertAt: [10, 20] });
      await spend(owner.id, 25, { reservedMicroUsd: 25 });
      expect((await alerts()).map(([, , percent]) => percent)).toEqual([10, 20]);
      await allowances.setLimits(owner, { alertAt: null });
      await spend(owner.id, 56, { reservedMicroUsd: 56 });
      expect((await alerts()).map(([, , percent]) => percent)).toEqual([10, 20, 80]);
    });

    test('several processes tell each threshold once', async () => {
      const { id } = await keyWith({ totalMicroUsd: 1000 });
      await Promise.all(
        Array.from({ length: 200 }, async (_, index) => {
          const by = index % 2 === 0 ? ledger : other;
          await end(await open(id, { reservedMicroUsd: 5 }, by), 5, by);
        }),
      );
      const told = await alerts();
      expect(told.map(([, , percent]) => percent)).toEqual([80, 95]);
      expect(await bookFaults(book.db)).toEqual([]);
    });

    test('orders of a process that died are told of at what they are charged', async () => {
      const { id } = await keyWith({ totalMicroUsd: 100 });
      await open(id, { reservedMicroUsd: 90 });
      await ledger.closeLeftOpen(nowMs);
      // On SQLite they are closed before the first order, with which it is told.
      await spend(id, 0, { reservedMicroUsd: 1 });
      expect(await alerts()).toEqual([['key', 'total_micro_usd', 80, 90]]);
    });
  });
}
