import * as fc from 'fast-check';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { bookFaults } from '../../../test/support/book-faults.ts';
import { type EmptyBook, emptyPostgresBook, emptySqliteBook } from '../../../test/support/empty-books.ts';
import { startPostgres } from '../../../test/support/postgres-server.ts';
import type { AllowanceOwner } from '../../admission/allowance-store.ts';
import type { Limits } from '../../journey/limits.ts';
import { newId } from '../../kernel/ids.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { SqlAllowanceStore } from './sql-allowance-store.ts';
import { SqlLedger } from './sql-ledger.ts';
import { plainCompletion, plainOpening } from '../../../test/support/plain-orders.ts';

const server = await startPostgres();
afterAll(() => server.remove());
vi.setConfig({ testTimeout: 90_000 });

const noon = Date.parse('2026-11-26T12:00:00Z');
const dayMs = 86_400_000;
const most = 5;
/** Orders that share a transaction, at most. */
const wholeGroup = 256;
const users: AllowanceOwner = { kind: 'users', projectId: 'proj_default' };

describe.each([
  ['SQLite', emptySqliteBook],
  ['PostgreSQL', () => emptyPostgresBook(server)],
] as const)('end users on %s', (_name, open) => {
  interface Room {
    readonly book: EmptyBook;
    readonly allowances: SqlAllowanceStore;
    /** Draws an order: its id, or the code of the refusal. */
    readonly order: (user: string | null, more?: { other?: boolean; projectId?: string }) => Promise<string>;
    readonly end: (id: string, costMicroUsd?: number) => Promise<unknown>;
    readonly names: () => Promise<number>;
    readonly counted: () => Promise<number | undefined>;
    readonly later: (ms: number) => void;
  }

  async function withRoom(
    limits: Partial<Limits>,
    work: (room: Room) => Promise<void>,
    mostEndUsers = most,
  ): Promise<void> {
    const book = await open();
    let nowMs = noon;
    const [ledger, other] = (['inst_a', 'inst_b'] as const).map(
      (id) =>
        new SqlLedger(id === 'inst_a' ? book.db : book.otherDb, {
          mostEndUsers,
          ...(book.dialect === 'postgres' && { postgres: { instance: { id }, usesDatabaseClock: false } }),
        }),
    );
    if (ledger === undefined || other === undefined) throw new Error('two processes');
    const allowances = new SqlAllowanceStore(book.db, { nowMs: () => nowMs }, book.dialect);
    if (Object.keys(limits).length > 0) await allowances.setLimits(users, limits);
    const rows = () =>
      book.db.selectFrom('allowances').select(['id', 'end_users']).where('id', 'like', '%/user/%').execute();
    await work({
      book,
      allowances,
      async order(endUser, { other: byOther = false, projectId = 'proj_default' } = {}) {
        const id = newId('req', nowMs);
        try {
          await (byOther ? other : ledger).open(
            plainOpening({
              id,
              keyId: 'key_1',
              projectId,
              reservedMicroUsd: 10,
              createdAtMs: nowMs,
              endUser,
            }),
          );
          return id;
        } catch (error) {
          return error instanceof PlantainError ? error.code : String(error);
        }
      },
      end: (id, costMicroUsd = 5) =>
        ledger.complete(id, plainCompletion({ costMicroUsd, finishedAtMs: nowMs }), []),
      names: async () => (await rows()).filter(({ id }) => !id.endsWith('*')).length,
      counted: async () => (await rows()).find(({ id }) => id.endsWith('*'))?.end_users,
      later: (ms) => {
        nowMs += ms;
      },
    });
    await book.close();
  }

  test('a flood of names is bounded, also by several processes, and costs nobody else anything', () =>
    withRoom({ totalMicroUsd: 1000 }, async ({ order, names, counted }) => {
      const known = await order('ada');
      expect(known).toMatch(/^req_/);
      const flood = await Promise.all(
        Array.from({ length: 60 }, (_, index) => order(`bot ${String(index)}`, { other: index % 2 === 0 })),
      );
      expect(flood.filter((code) => code.startsWith('req_'))).toHaveLength(most - 1);
      expect(new Set(flood.filter((code) => !code.startsWith('req_')))).toEqual(
        new Set(['too_many_end_users']),
      );
      expect([await names(), await counted()]).toEqual([most, most]);
      for (const user of ['ada', null]) expect(await order(user)).toMatch(/^req_/);
      expect(await order('anybody', { projectId: 'proj_other' })).toMatch(/^req_/);
    }));

  test('two processes that meet a new end user at once count both orders', () =>
    withRoom({ totalMicroUsd: 1000 }, async ({ order, book }) => {
      for (let user = 0; user < most; user++) {
        const both = [order(String(user)), order(String(user), { other: true })];
        for (const id of await Promise.all(both)) expect(id).toMatch(/^req_/);
      }
      expect(await bookFaults(book.db)).toEqual([]);
    }));

  test('a refusal for too many end users is one that no SDK repeats, and names the field', () =>
    withRoom({ maxOpen: 9 }, async ({ order, book }) => {
      for (let user = 0; user < most; user++) await order(String(user));
      const { tooManyEndUsers } = await import('../../admission/refusal-error.ts');
      expect(tooManyEndUsers(most)).toMatchObject({
        entry: { status: 429 },
        param: 'user',
        headers: { 'x-should-retry': 'false' },
      });
      expect(await order('one more')).toBe('too_many_end_users');
      expect(await book.db.selectFrom('ledger').select('id').execute()).toHaveLength(most);
    }));

  test('those of whom nothing counts any more make room: after the day, where days are limited', () =>
    withRoom({ dayMicroUsd: 1000 }, async ({ order, end, names, counted, later }) => {
      const ids: string[] = [];
      for (let user = 0; user < most; user++) ids.push(await order(String(user)));
      for (const id of ids.slice(1)) await end(id);
      expect(await order('new')).toBe('too_many_end_users');
      later(dayMs);
      expect(await order('new')).toMatch(/^req_/);
      // The one that has an order under way stays.
      expect([await names(), await counted()]).toEqual([2, 2]);
    }));

  test('an order that comes together with a new end user is counted, though nothing of its own user counted before', () =>
    withRoom({ dayMicroUsd: 10 }, async ({ order, end, names, counted, later, book }) => {
      for (let user = 0; user < most; user++) await end(await order(String(user)), 10);
      later(dayMs);
      for (const id of await Promise.all([order('0'), order('new')])) expect(id).toMatch(/^req_/);
      expect([await names(), await counted()]).toEqual([2, 2]);
      expect(await order('0')).toBe('budget_exceeded');
      expect(await bookFaults(book.db)).toEqual([]);
    }));

  test('a whole group of end users of whom nothing counted is counted, beside one that is new', () =>
    withRoom(
      { dayMicroUsd: 10 },
      async ({ order, end, names, later, book }) => {
        const known = Array.from({ length: wholeGroup - 1 }, (_, index) => String(index));
        const orders = (users: readonly string[]) => Promise.all(users.map((user) => order(user)));
        await Promise.all((await orders([...known, 'idle'])).map((id) => end(id)));
        later(dayMs);
        for (const id of await orders([...known, 'new'])) expect(id).toMatch(/^req_/);
        expect(await names()).toBe(wholeGroup);
        expect(await bookFaults(book.db)).toEqual([]);
      },
      wholeGroup,
    ));

  test('where a total counts, nobody who has used some of it is forgotten', () =>
    withRoom({ totalMicroUsd: 1000, dayMicroUsd: 1000 }, async ({ order, end, names, later }) => {
      for (let user = 0; user < most; user++) await end(await order(String(user)), user);
      later(60 * dayMs);
      expect(await order('new')).toMatch(/^req_/);
      expect(await names()).toBe(most);
      later(120_000);
      expect(await order('newer')).toBe('too_many_end_users');
    }));

  test('an end user with limits or percentages of its own stays', () =>
    withRoom({ requestsPerMinute: 60 }, async ({ order, end, names, counted, later, allowances }) => {
      for (let user = 0; user < most; user++) await end(await order(String(user)));
      await allowances.setLimits({ kind: 'user', projectId: 'proj_default', endUser: '1' }, { maxOpen: 3 });
      await allowances.setLimits(
        { kind: 'user', projectId: 'proj_default', endUser: '2' },
        { alertAt: [50] },
      );
      await allowances.setLimits({ kind: 'user', projectId: 'proj_default', endUser: 'vip' }, { maxOpen: 3 });
      expect([await names(), await counted()]).toEqual([most + 1, most + 1]);
      later(120_000);
      expect(await order('new')).toMatch(/^req_/);
      expect([await names(), await counted()]).toEqual([4, 4]);
    }));

  test('those that were there before the template are counted', () =>
    withRoom({}, async ({ allowances, counted }) => {
      for (const endUser of ['a', 'b'])
        await allowances.setLimits({ kind: 'user', projectId: 'proj_default', endUser }, { maxOpen: 1 });
      expect(await counted()).toBeUndefined();
      await allowances.setLimits(users, { maxOpen: 2 });
      expect(await counted()).toBe(2);
    }));

  test('whatever comes in whatever order, the count is that of the rows, and no more than there may be', async () => {
    const step = fc.record({
      user: fc.nat(9),
      other: fc.boolean(),
      cost: fc.nat(10),
      later: fc.constantFrom(0, 70_000, dayMs),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 6 }), (groups) =>
        withRoom({ dayMicroUsd: 30, requestsPerMinute: 2 }, async ({ order, end, later, names, counted }) => {
          for (const group of groups) {
            await Promise.all(
              group.map(async ({ user, other, cost }) => {
                const id = await order(String(user), { other });
                if (id.startsWith('req_') && cost > 0) await end(id, cost);
              }),
            );
            later(group[0]?.later ?? 0);
            const count = await names();
            expect(count).toBeLessThanOrEqual(most);
            expect(await counted()).toBe(count);
          }
        }),
      ),
      { numRuns: 12 },
    );
  });
});
