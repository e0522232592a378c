import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { bookFaults } from '../../../test/support/book-faults.ts';
import { type EmptyBook, emptyPostgresBook, emptySqliteBook } from '../../../test/support/empty-books.ts';
import { plainCompletion, plainOpening } from '../../../test/support/plain-orders.ts';
import { startPostgres } from '../../../test/support/postgres-server.ts';
import { createPeriods } from '../../admission/periods.ts';
import { newId } from '../../kernel/ids.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { changeZone, enterFirstZone } from './budget-zone.ts';
import { SqlAllowanceStore } from './sql-allowance-store.ts';
import { SqlLedger } from './sql-ledger.ts';

const server = await startPostgres();
afterAll(() => server.remove());
vi.setConfig({ testTimeout: 30_000 });

const berlin = 'Europe/Berlin';
const inTheEvening = Date.parse('2026-11-25T22:00:00Z');
/** The next day in Berlin, the same in UTC. */
const atNight = Date.parse('2026-11-25T23:30:00Z');
/** The next day in both. */
const inTheMorning = Date.parse('2026-11-26T10:00:00Z');

describe.each([
  ['SQLite', emptySqliteBook],
  ['PostgreSQL', () => emptyPostgresBook(server)],
] as const)('the zone of budgets on %s', (_name, open) => {
  let book: EmptyBook;
  let processes: readonly SqlLedger[];
  beforeEach(async () => {
    book = await open();
    const { db, otherDb, dialect } = book;
    processes = (['inst_a', 'inst_b'] as const).map(
      (id) =>
        new SqlLedger(
          id === 'inst_a' ? db : otherDb,
          dialect === 'postgres' ? { postgres: { instance: { id }, usesDatabaseClock: false } } : {},
        ),
    );
    await changeZone(db, dialect, berlin, inTheEvening);
    const allowances = new SqlAllowanceStore(db, { nowMs: () => inTheEvening }, dialect);
    await allowances.setLimits({ kind: 'project', id: 'proj_default' }, { dayMicroUsd: 100 });
  });
  afterEach(() => book.close());

  /** Draws an order by one of the processes: `admitted`, or the code of the refusal. */
  async function order(
    process: number,
    nowMs: number,
    costMicroUsd = 100,
    endUser?: string,
  ): Promise<string> {
    const ledger = processes[process];
    const id = newId('req', nowMs);
    try {
      await ledger?.open(
        plainOpening({ id, createdAtMs: nowMs, reservedMicroUsd: costMicroUsd, endUser: endUser ?? null }),
      );
      await ledger?.complete(id, plainCompletion({ costMicroUsd, finishedAtMs: nowMs }), []);
      return 'admitted';
    } catch (error) {
      return error instanceof PlantainError ? error.code : String(error);
    }
  }

  test('a day’s money is spent once, by every process, also by one that has run since before the zone was changed', async () => {
    const bothAt = async (nowMs: number, costMicroUsd: number) => [
      await order(0, nowMs, costMicroUsd),
      await order(1, nowMs, costMicroUsd),
    ];
    const refused = ['budget_exceeded', 'budget_exceeded'];
    expect(await bothAt(inTheEvening, 50)).toEqual(['admitted', 'admitted']);
    expect(await bothAt(inTheEvening, 1)).toEqual(refused);
    expect(await changeZone(book.db, book.dialect, 'UTC', inTheEvening)).toBe(berlin);
    expect(await bothAt(atNight, 1)).toEqual(refused);
    expect(await bothAt(inTheMorning, 50)).toEqual(['admitted', 'admitted']);
    expect(await changeZone(book.otherDb, book.dialect, berlin, inTheMorning)).toBe('UTC');
    expect(await bothAt(inTheMorning, 1)).toEqual(refused);
    expect(await bookFaults(book.db)).toEqual([]);
  });

  test('nothing is counted anew where the book is in the zone already', async () => {
    await order(0, inTheEvening);
    await book.db.updateTable('allowances').set({ day_used_micro_usd: 7 }).execute();
    expect(await changeZone(book.db, book.dialect, berlin, inTheEvening)).toBeUndefined();
    const used = await book.db.selectFrom('allowances').select('day_used_micro_usd').distinct().execute();
    expect(used).toEqual([{ day_used_micro_usd: 7 }]);
  });

  test('who only enters a zone that nobody is in yet leaves the book in its own', async () => {
    await enterFirstZone(book.otherDb, book.dialect, 'UTC', inTheEvening);
    expect(await changeZone(book.db, book.dialect, 'UTC', inTheEvening)).toBe(berlin);
    await book.db.deleteFrom('book_state').execute();
    const entering = [berlin, 'UTC'].map((zone, index) =>
      enterFirstZone(index === 0 ? book.db : book.otherDb, book.dialect, zone, inTheEvening),
    );
    await Promise.all(entering);
    const [state, ...more] = await book.db.selectFrom('book_state').select('value').execute();
    expect([[berlin, 'UTC'].includes(state?.value ?? ''), more]).toEqual([true, []]);
  });

  test('orders that come while it is changed are admitted, and counted in the days of the zone that it ends in', async () => {
    const allowances = new SqlAllowanceStore(book.db, { nowMs: () => inTheMorning }, book.dialect);
    await allowances.setLimits({ kind: 'project', id: 'proj_default' }, { dayMicroUsd: null });
    await allowances.setLimits({ kind: 'users', projectId: 'proj_default' }, { dayMicroUsd: 100 });
    const zones = ['UTC', berlin, 'UTC'];
    const orders = async (process: number): Promise<void> => {
      for (let index = 0; index < 30; index++) {
        const user = `${String(process)} ${String(index)}`;
        const both = [user, 'shared'].map((name) => order(process, inTheMorning, 1, name));
        expect(await Promise.all(both)).toEqual(['admitted', 'admitted']);
      }
    };
    const changes = async (): Promise<void> => {
      for (const zone of zones) await changeZone(book.db, book.dialect, zone, inTheMorning);
    };
    await Promise.all([orders(0), orders(1), changes()]);
    expect(await bookFaults(book.db)).toEqual([]);
    const starts = await book.db.selectFrom('allowances').select('day_start_ms').distinct().execute();
    const { dayStartMs } = createPeriods('UTC')(inTheMorning);
    expect(starts).toEqual([{ day_start_ms: dayStartMs }]);
  });
});
