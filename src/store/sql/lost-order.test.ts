import { afterAll, describe, expect, test, vi } from 'vitest';
import { bookFaults } from '../../../test/support/book-faults.ts';
import { emptyPostgresBook, emptySqliteBook } from '../../../test/support/empty-books.ts';
import { startPostgres } from '../../../test/support/postgres-server.ts';
import { newId } from '../../kernel/ids.ts';
import { withMarkup } from '../../usage/markup.ts';
import { SqlLedger } from './sql-ledger.ts';
import { SqlAllowanceStore } from './sql-allowance-store.ts';
import { plainCompletion, plainOpening } from '../../../test/support/plain-orders.ts';

const server = await startPostgres();
afterAll(() => server.remove());
vi.setConfig({ testTimeout: 60_000 });

const atMs = Date.parse('2026-11-26T12:00:00Z');
const ended = plainCompletion({ finishedAtMs: atMs });

describe.each([
  ['SQLite', emptySqliteBook],
  ['PostgreSQL', () => emptyPostgresBook(server)],
] as const)('what is charged beside what it costs, on %s', (_name, open) => {
  const withBook = async (
    work: (ledger: SqlLedger, book: Awaited<ReturnType<typeof open>>) => Promise<void>,
  ): Promise<void> => {
    const book = await open();
    const postgres = { instance: { id: 'inst_a' }, usesDatabaseClock: false };
    await work(new SqlLedger(book.db, book.dialect === 'postgres' ? { postgres } : {}), book);
    expect(await bookFaults(book.db)).toEqual([]);
    await book.close();
  };
  const order = async (ledger: SqlLedger, reservedMicroUsd: number, markupBasisPoints?: number) => {
    const id = newId('req', atMs);
    await ledger.open(
      plainOpening({
        id,
        keyId: 'key_1',
        reservedMicroUsd,
        createdAtMs: atMs,
        ...(markupBasisPoints !== undefined && { markupBasisPoints }),
      }),
    );
    return id;
  };

  test('limits count what is charged, and the ledger keeps both apart', () =>
    withBook(async (ledger, { db, dialect }) => {
      const allowances = new SqlAllowanceStore(db, { nowMs: () => atMs }, dialect);
      const project = { kind: 'project', id: 'proj_default' } as const;
      await allowances.setLimits(project, { totalMicroUsd: 1000 });
      const id = await order(ledger, 600, 2000);
      expect((await allowances.find(project))?.counters.totalUsedMicroUsd).toBe(600);
      await ledger.complete(id, { ...ended, costMicroUsd: 415, chargedMicroUsd: 498 }, []);
      expect((await allowances.find(project))?.counters.totalUsedMicroUsd).toBe(498);
      expect(await ledger.find(id)).toMatchObject({
        costMicroUsd: 415,
        chargedMicroUsd: 498,
        markupBasisPoints: 2000,
      });
      // A price without a markup is charged as it is, and told once.
      const plain = await order(ledger, 502);
      await ledger.complete(plain, { ...ended, costMicroUsd: 502 }, []);
      expect((await allowances.find(project))?.counters.totalUsedMicroUsd).toBe(1000);
      expect(await ledger.find(plain)).not.toHaveProperty('chargedMicroUsd');
      await expect(order(ledger, 1)).rejects.toMatchObject({ code: 'budget_exceeded' });
      // Counted anew from the ledger it is the same sum.
      const model = { ...project, model: 'm' };
      await allowances.setLimits(model, { totalMicroUsd: 5000 });
      expect((await allowances.find(model))?.counters.totalUsedMicroUsd).toBe(1000);
    }));

  test('of an order that was lost the reserved sum is charged, and its cost is that without the markup, never too low', () =>
    withBook(async (ledger) => {
      const reserved = [1, 33_333, 600, 9_007_199_254_740_991 % 1_000_000_000_000, 41_366];
      const ids = await Promise.all(reserved.map((sum) => order(ledger, sum, 1250)));
      const plain = await order(ledger, 77);
      await ledger.closeLeftOpen(atMs + 1);
      for (const [index, id] of ids.entries()) {
        const row = await ledger.find(id);
        const sum = reserved[index] ?? 0;
        expect(row).toMatchObject({ status: 'unknown', chargedMicroUsd: sum });
        const cost = row?.costMicroUsd ?? 0;
        expect(withMarkup(cost, 1250)).toBeGreaterThanOrEqual(sum);
        expect(withMarkup(cost - 2, 1250)).toBeLessThan(sum);
      }
      expect(await ledger.find(plain)).toMatchObject({ status: 'unknown', costMicroUsd: 77 });
      const [first = ''] = ids;
      await ledger.complete(first, { ...ended, costMicroUsd: 0, chargedMicroUsd: 0 }, []);
      expect(await ledger.find(first)).toMatchObject({ costMicroUsd: 0, chargedMicroUsd: 0 });
    }));
});
