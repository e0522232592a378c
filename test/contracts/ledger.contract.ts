import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  isTimeGroup,
  type Ledger,
  type LedgerCompletion,
  type LedgerOpening,
  type LedgerRow,
  ledgerStatuses,
  maxLedgerTextLength,
  type OrdersQuery,
  type TopGroups,
  topMeasures,
  type TotalsBy,
  type TotalsQuery,
  totalsGroups,
  type UsageTotals,
} from '../../src/usage/ledger.ts';
import { newId } from '../../src/kernel/ids.ts';
import { plainAttempt, plainCompletion, plainOpening } from '../support/plain-orders.ts';

/** An empty ledger, and another connection to the same data. */
export interface LedgerUnderTest {
  readonly ledger: Ledger;
  readonly other: Ledger;
  /** Adds up days that are over, where the adapter keeps such sums. */
  addUp?(): Promise<unknown>;
  close(): Promise<void>;
}

/** What every `Ledger` must do, registered as tests for one adapter. */
export function ledgerContract(adapter: string, openEmpty: () => Promise<LedgerUnderTest>): void {
  describe(`ledger on ${adapter}`, () => {
    let ledger: Ledger;
    let other: Ledger;
    let addUp: () => Promise<unknown>;
    let close: () => Promise<void>;

    beforeEach(async () => {
      const opened = await openEmpty();
      ledger = opened.ledger;
      other = opened.other;
      addUp = async () => opened.addUp?.();
      close = () => opened.close();
    });
    afterEach(() => close());

    test('an opened order reads back complete, with nothing delivered or charged yet', async () => {
      const order = opening({ endUser: 'user-7' });
      await ledger.open(order);
      expect(await other.find(order.id)).toStrictEqual({
        ...order,
        upstream: null,
        status: 'open',
        errorCode: null,
        imagesDelivered: 0,
        inputTokens: 0,
        outputTokens: 0,
        outputImageTokens: 0,
        usageSource: 'none',
        costMicroUsd: 0,
        bytesOut: 0,
        attempts: 0,
        finishedAtMs: null,
      });
      expect(await ledger.find('req_never')).toBeUndefined();
    });

    test('a completed order keeps every field of its opening and its completion', async () => {
      const order = opening();
      const done = completion({ status: 'partial', errorCode: 'upstream_timeout', usageSource: 'estimated' });
      await ledger.open(order);
      expect(await ledger.complete(order.id, done, [])).toBe(true);
      expect(await other.find(order.id)).toStrictEqual({ ...order, ...done });
    });

    test('amounts of up to 2^53 - 1 are kept to the unit', async () => {
      const order = opening({ reservedMicroUsd: Number.MAX_SAFE_INTEGER });
      await ledger.open(order);
      await ledger.complete(
        order.id,
        completion({ costMicroUsd: Number.MAX_SAFE_INTEGER, bytesOut: 2 ** 40 + 1 }),
        [],
      );
      const row = await ledger.find(order.id);
      expect([row?.reservedMicroUsd, row?.costMicroUsd, row?.bytesOut]).toStrictEqual([
        2 ** 53 - 1,
        2 ** 53 - 1,
        2 ** 40 + 1,
      ]);
    });

    test('an amount that is negative or not whole is refused by the database itself', async () => {
      await expect(ledger.open(opening({ reservedMicroUsd: -1 }))).rejects.toThrow();
      await expect(ledger.open(opening({ reservedMicroUsd: 0.5 }))).rejects.toThrow();
      const order = opening();
      await ledger.open(order);
      await expect(ledger.complete(order.id, completion({ costMicroUsd: 1.25 }), [])).rejects.toThrow();
      expect((await ledger.find(order.id))?.status).toBe('open');
    });

    test('an order has exactly one row: a second opening of the same id fails and changes nothing', async () => {
      const order = opening();
      await ledger.open(order);
      await expect(other.open({ ...order, model: 'another' })).rejects.toThrow(order.id);
      expect((await ledger.find(order.id))?.model).toBe(order.model);
    });

    test('of simultaneous openings of one id for different orders exactly one succeeds', async () => {
      const order = opening();
      const answers = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 === 0 ? ledger : other).open({ ...order, reservedMicroUsd: index }),
        ),
      );
      expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
    });

    test('an opening whose answer was lost may be made again, until the order is complete', async () => {
      const order = opening({ endUser: `user\0-7${'x'.repeat(1000)}` });
      await ledger.open(order);
      await other.open(order);
      expect(await ledger.find(order.id)).toMatchObject({ status: 'open' });
      expect((await ledger.totals({ by: ['model'] }))[0]?.orders).toBe(1);
      await ledger.complete(order.id, completion(), []);
      await expect(other.open(order)).rejects.toThrow(order.id);
    });

    test('the first completion stays, the second returns false', async () => {
      const order = opening();
      await ledger.open(order);
      expect(await ledger.complete(order.id, completion({ costMicroUsd: 5 }), [])).toBe(true);
      expect(await other.complete(order.id, completion({ status: 'failed', costMicroUsd: 7 }), [])).toBe(
        false,
      );
      expect(await ledger.find(order.id)).toMatchObject({ status: 'succeeded', costMicroUsd: 5 });
    });

    test('of simultaneous completions exactly one holds, and the row is wholly that one', async () => {
      const order = opening();
      await ledger.open(order);
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          (index % 2 === 0 ? ledger : other).complete(
            order.id,
            completion({ costMicroUsd: index, bytesOut: index }),
            [plainAttempt({ costMicroUsd: index })],
          ),
        ),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await ledger.find(order.id)).toMatchObject({
        costMicroUsd: answers.indexOf(true),
        bytesOut: answers.indexOf(true),
      });
      expect(await ledger.attempts(order.id)).toStrictEqual([
        plainAttempt({ costMicroUsd: answers.indexOf(true) }),
      ]);
    });

    test('an order’s upstream calls are kept with its completion, in order and in every field', async () => {
      const [order, other1, none] = [opening(), opening(), opening()];
      for (const each of [order, other1, none]) await ledger.open(each);
      const calls = [
        plainAttempt({ verdict: 'continued', errorCode: null, costMicroUsd: 3 }),
        plainAttempt({
          upstream: 'b',
          model: 'successor',
          verdict: 'failed',
          phase: 'unsent',
          fault: 'upstream',
          httpStatus: null,
          errorCode: 'upstream_unavailable',
          usageSource: 'none',
          priceId: null,
          priceLines: [],
        }),
        ...Array.from({ length: 30 }, (_, index) =>
          plainAttempt({ startedAtMs: index, costMicroUsd: index }),
        ),
      ];
      await Promise.all([
        ledger.complete(order.id, completion(), calls),
        ledger.complete(other1.id, completion(), [plainAttempt({ upstream: 'c' })]),
        ledger.complete(none.id, completion(), []),
      ]);
      expect(await other.attempts(order.id)).toStrictEqual(calls);
      expect(await other.attempts(other1.id)).toStrictEqual([plainAttempt({ upstream: 'c' })]);
      expect(await other.attempts(none.id)).toStrictEqual([]);
      expect(await other.attempts('req_never')).toStrictEqual([]);
    });

    test('the calls of a completion that does not hold are not kept, nor those of an order still open', async () => {
      const order = opening();
      await ledger.open(order);
      expect(await ledger.attempts(order.id)).toStrictEqual([]);
      await ledger.complete(order.id, completion(), [plainAttempt({ upstream: 'first' })]);
      await ledger.complete(order.id, completion(), [plainAttempt({ upstream: 'second' }), plainAttempt()]);
      expect(await ledger.attempts(order.id)).toStrictEqual([plainAttempt({ upstream: 'first' })]);
    });

    test('an unknown order is told its calls with what became of it', async () => {
      const order = opening();
      await ledger.open(order);
      await ledger.closeLeftOpen(999);
      expect(await ledger.attempts(order.id)).toStrictEqual([]);
      await ledger.complete(order.id, completion(), [plainAttempt()]);
      expect(await ledger.attempts(order.id)).toStrictEqual([plainAttempt()]);
    });

    test('a completion and its calls are written both or neither', async () => {
      const [order, sound] = [opening(), opening()];
      for (const each of [order, sound]) await ledger.open(each);
      const writes = await Promise.allSettled([
        ledger.complete(order.id, completion(), [plainAttempt(), plainAttempt({ costMicroUsd: -1 })]),
        ledger.complete(sound.id, completion(), [plainAttempt()]),
      ]);
      expect(writes.map(({ status }) => status)).toStrictEqual(['rejected', 'fulfilled']);
      expect(await ledger.find(order.id)).toMatchObject({ status: 'open', costMicroUsd: 0 });
      expect(await ledger.attempts(order.id)).toStrictEqual([]);
      expect(await ledger.attempts(sound.id)).toStrictEqual([plainAttempt()]);
    });

    test('completing an order that was never opened is an error', async () => {
      expect(await ledger.attempts('req_never')).toStrictEqual([]);
      await expect(ledger.complete('req_never', completion(), [])).rejects.toThrow('req_never');
      expect(await ledger.totals({ by: ['day'] })).toStrictEqual([]);
    });

    test('rows left open are closed as unknown at the reserved price, the others are left alone', async () => {
      const lost = [opening({ reservedMicroUsd: 11 }), opening({ reservedMicroUsd: 22 })];
      const done = opening();
      for (const order of [...lost, done]) await ledger.open(order);
      await ledger.complete(done.id, completion({ costMicroUsd: 3 }), []);
      expect(await other.closeLeftOpen(999)).toBe(2);
      for (const order of lost) {
        expect(await ledger.find(order.id)).toMatchObject({
          status: 'unknown',
          costMicroUsd: order.reservedMicroUsd,
          finishedAtMs: 999,
          usageSource: 'none',
        });
      }
      expect(await ledger.find(done.id)).toMatchObject({ status: 'succeeded', costMicroUsd: 3 });
      expect(await ledger.closeLeftOpen(1000)).toBe(0);
    });

    test('an unknown order can still be told what became of it, once', async () => {
      const order = opening();
      await ledger.open(order);
      await ledger.closeLeftOpen(999);
      expect(await ledger.complete(order.id, completion({ status: 'unknown' }), [])).toBe(false);
      expect(await ledger.complete(order.id, completion({ costMicroUsd: 4 }), [])).toBe(true);
      expect(await ledger.complete(order.id, completion({ costMicroUsd: 5 }), [])).toBe(false);
      expect(await ledger.find(order.id)).toMatchObject({ status: 'succeeded', costMicroUsd: 4 });
    });

    test('text the caller chose is kept short and storable, and cannot break the row', async () => {
      const order = opening({
        requestedModel: `'; drop table ledger; --\0${'x'.repeat(1000)}`,
        endUser: `a\0b\ud800${'🍌'.repeat(200)}`,
      });
      await ledger.open(order);
      const row = await ledger.find(order.id);
      expect(row?.requestedModel).toMatch(/^'; drop table ledger; --x+$/);
      expect(row?.requestedModel.length).toBeLessThanOrEqual(maxLedgerTextLength);
      expect(row?.endUser).toMatch(/^ab�🍌+�?~[\w-]{22}$/u);
      expect(row?.endUser?.length).toBeLessThanOrEqual(maxLedgerTextLength);
    });

    test('end users whose names are kept shortened, or without what no database holds, stay apart', async () => {
      const long = 'u'.repeat(300);
      const names = [long, `${long}1`, 'x\0y', 'xy', '\ud800', '\ud801', '\ufffd', 'u'.repeat(256)];
      const kept: unknown[] = [];
      for (const endUser of names) {
        const order = opening({ endUser });
        await ledger.open(order);
        kept.push((await ledger.find(order.id))?.endUser);
        expect(await ledger.list({ endUser, limit: 10 })).toHaveLength(1);
      }
      expect(new Set(kept).size).toBe(names.length);
      expect(kept.slice(-1)).toEqual(names.slice(-1));
    });

    test('orders are listed youngest first, those alone that have every mark asked for, page by page', async () => {
      const baseMs = Date.UTC(2026, 10, 24);
      const rows = [
        { key: 'a', model: 'm1', asked: 'gpt', upstream: 'u1', first: 'u2', status: 'succeeded' },
        { key: 'b', model: 'm2', asked: 'm2', upstream: 'u1', first: 'u1', status: 'failed' },
        { key: 'a', model: 'm2', asked: 'gpt', upstream: 'u2', first: 'u2', status: 'refused' },
        { key: 'c', model: 'm1', asked: 'm1', upstream: 'u1', first: 'u1', status: 'failed' },
      ] as const;
      const ids: string[] = [];
      for (const [index, row] of rows.entries()) {
        const order = opening({
          createdAtMs: baseMs + index * 1000,
          keyId: row.key,
          model: row.model,
          requestedModel: row.asked,
        });
        ids.push(order.id);
        await ledger.open(order);
        const attempts = [plainAttempt({ upstream: row.first }), plainAttempt({ upstream: row.upstream })];
        const { upstream, status } = row;
        await ledger.complete(order.id, completion({ upstream, status, errorCode: null }), attempts);
      }
      const listed = async (query: Partial<OrdersQuery>): Promise<number[]> =>
        (await other.list({ limit: 100, ...query })).map(({ id }) => ids.indexOf(id));
      expect(await listed({})).toEqual([3, 2, 1, 0]);
      expect(await listed({ keyIds: ['a', 'c'] })).toEqual([3, 2, 0]);
      expect(await listed({ model: 'gpt' })).toEqual([2, 0]);
      expect(await listed({ model: 'm2' })).toEqual([2, 1]);
      // Also where another upstream was asked in the end.
      expect(await listed({ upstream: 'u2' })).toEqual([2, 0]);
      expect(await listed({ statuses: ['failed', 'refused'] })).toEqual([3, 2, 1]);
      expect(await listed({ fromMs: baseMs + 1000, toMs: baseMs + 3000 })).toEqual([2, 1]);
      expect(await listed({ limit: 2 })).toEqual([3, 2]);
      expect(await listed({ limit: 2, beforeId: ids[2] ?? '' })).toEqual([1, 0]);
      expect(await listed({ afterId: ids[1] ?? '' })).toEqual([3, 2]);
      expect(await listed({ statuses: ['failed'], keyIds: ['b'], model: 'm2', upstream: 'u1' })).toEqual([1]);
      expect((await other.list({ limit: 1 }))[0]).toStrictEqual(await ledger.find(ids[3] ?? ''));
    });

    test('orders of any wish are the same as all orders sifted, page by page, however rare they are', async () => {
      const skews = [-3_600_000, 0, 3_600_000];
      const orders = fc.sample(randomOrder, { numRuns: 60, seed: 7 });
      const tried = new Map<string, readonly (string | null)[]>();
      for (const [index, { offsetMs, opening: fields, completion: done }] of orders.entries()) {
        const createdAtMs = 1_700_000_000_000 + offsetMs;
        // An id may be made by another clock, an hour off.
        const id = newId('req', createdAtMs + (skews[index % skews.length] ?? 0));
        await ledger.open(opening({ ...fields, id, createdAtMs }));
        if (done === undefined) continue;
        // Some are sent to another upstream before, which the sums know nothing of.
        const upstreams = [...(index % 9 === 0 ? ['gemini', 'broken'] : []), done.upstream];
        tried.set(id, upstreams);
        const attempts = upstreams.flatMap((upstream) =>
          upstream === null ? [] : [plainAttempt({ upstream })],
        );
        await ledger.complete(id, done, attempts);
      }
      const all = await ledger.list({ limit: 1000 });
      expect(all.map(({ id }) => id)).toEqual(
        all
          .map(({ id }) => id)
          .toSorted()
          .toReversed(),
      );
      expect(all).toHaveLength(60);
      const wish = fc.record(
        {
          keyIds: fc.subarray(['key_1', 'key_2', 'key_3', 'key_none']),
          projectIds: fc.subarray(['proj_1', 'proj_2'], { minLength: 1 }),
          statuses: fc.subarray([...ledgerStatuses], { minLength: 1 }),
          model: fc.constantFrom('model-a', 'gpt-image-1', 'none'),
          upstream: fc.constantFrom('gemini', 'broken', 'none'),
          endUser: fc.constant('ada'),
          fromMs: fc.nat({ max: spanMs }).map((ms) => 1_700_000_000_000 + ms),
          toMs: fc.nat({ max: spanMs }).map((ms) => 1_700_000_000_000 + ms),
        },
        { requiredKeys: [] },
      );
      await fc.assert(
        fc.asyncProperty(wish, fc.integer({ min: 1, max: 20 }), async (asked, limit) => {
          const has = (values: readonly string[] | undefined, value: string): boolean =>
            values === undefined || values.includes(value);
          const expected = all.filter(
            (row) =>
              has(asked.keyIds, row.keyId) &&
              has(asked.projectIds, row.projectId) &&
              has(asked.statuses, row.status) &&
              (asked.model === undefined || [row.model, row.requestedModel].includes(asked.model)) &&
              (asked.upstream === undefined || tried.get(row.id)?.includes(asked.upstream) === true) &&
              (asked.endUser === undefined || row.endUser === asked.endUser) &&
              row.createdAtMs >= (asked.fromMs ?? 0) &&
              row.createdAtMs < (asked.toMs ?? Number.POSITIVE_INFINITY),
          );
          const listed: LedgerRow[] = [];
          for (let beforeId: string | undefined; ; ) {
            const page = await other.list({ ...asked, limit, ...(beforeId !== undefined && { beforeId }) });
            listed.push(...page);
            if (page.length < limit) break;
            beforeId = page.at(-1)?.id;
          }
          expect(listed).toEqual(expected);
          const afterId = expected[Math.floor(expected.length / 2)]?.id;
          if (afterId === undefined) return;
          expect(await other.list({ ...asked, limit, afterId })).toEqual(
            expected.slice(0, Math.floor(expected.length / 2)).slice(0, limit),
          );
        }),
        { numRuns: 40 },
      );
    });

    test('days are UTC days: the last millisecond of a day and the first of the next are apart', async () => {
      const midnight = Date.UTC(2026, 10, 24);
      await ledger.open(opening({ createdAtMs: midnight }));
      await ledger.open(opening({ createdAtMs: midnight - 1 }));
      await ledger.open(opening({ createdAtMs: midnight + 86_399_999 }));
      const days = await ledger.totals({ by: ['day'] });
      expect(days.map((day) => [...day.groups, day.orders])).toStrictEqual([
        ['2026-11-23', 1],
        ['2026-11-24', 2],
      ]);
    });

    test('a period includes its first millisecond and excludes its last', async () => {
      for (const createdAtMs of [999, 1000, 1999, 2000]) await ledger.open(opening({ createdAtMs }));
      const orders = async (span: { fromMs?: number; toMs?: number }) =>
        (await ledger.totals({ by: ['model'], ...span })).reduce((sum, row) => sum + row.orders, 0);
      expect(await orders({ fromMs: 1000, toMs: 2000 })).toBe(2);
      expect(await orders({ fromMs: 1000 })).toBe(3);
      expect(await orders({ toMs: 2000 })).toBe(3);
      expect(await orders({ fromMs: 3000 })).toBe(0);
    });

    test('keys and models come dearest first', async () => {
      for (const [keyId, costMicroUsd] of [
        ['key_b', 5],
        ['key_a', 9],
        ['key_c', 5],
        ['key_b', 5],
      ] as const) {
        const order = opening({ keyId });
        await ledger.open(order);
        await ledger.complete(order.id, completion({ costMicroUsd }), []);
      }
      expect(
        (await ledger.totals({ by: ['key'] })).map((row) => [...row.groups, row.costMicroUsd]),
      ).toStrictEqual([
        ['key_b', 10n],
        ['key_a', 9n],
        ['key_c', 5n],
      ]);
    });

    test('several groups make a row for each combination there is, in their order where a day is among them', async () => {
      const days = [Date.UTC(2026, 10, 23), Date.UTC(2026, 10, 24)] as const;
      for (const [endUser, createdAtMs] of [
        ['b', days[1]],
        ['b', days[0]],
        [null, days[1]],
        ['a', days[1]],
        ['b', days[1]],
      ] as const)
        await ledger.open(opening({ endUser, createdAtMs }));
      const rows = async (...by: TotalsBy[]) =>
        (await ledger.totals({ by })).map((row) => [...row.groups, row.orders]);
      expect(await rows('user', 'day')).toStrictEqual([
        [null, '2026-11-24', 1],
        ['a', '2026-11-24', 1],
        ['b', '2026-11-23', 1],
        ['b', '2026-11-24', 2],
      ]);
      expect(await rows('day', 'user')).toStrictEqual([
        ['2026-11-23', 'b', 1],
        ['2026-11-24', null, 1],
        ['2026-11-24', 'a', 1],
        ['2026-11-24', 'b', 2],
      ]);
    });

    test('what the sandbox drew is counted apart, also of an order that was cut off', async () => {
      const [real, played, cut, lost] = [opening(), opening(), opening({ upstream: 'sandbox' }), opening()];
      for (const order of [real, played, cut, lost]) await ledger.open(order);
      await ledger.complete(real.id, completion({ costMicroUsd: 5 }), []);
      await ledger.complete(played.id, completion({ costMicroUsd: 7, upstream: 'sandbox' }), []);
      await ledger.closeLeftOpen(999);
      expect(await ledger.find(cut.id)).toMatchObject({ status: 'unknown', upstream: 'sandbox' });
      expect(await ledger.totals({ by: ['key'] })).toMatchObject([
        { orders: 4, costMicroUsd: 40_005n, sandboxCostMicroUsd: 40_007n },
      ]);
    });

    test('totals of some keys leave the others out', async () => {
      for (const keyId of ['key_a', 'key_b', 'key_c']) await ledger.open(opening({ keyId }));
      const of = async (...keyIds: string[]) =>
        (await ledger.totals({ by: ['key'], keyIds })).flatMap(({ groups }) => groups);
      expect(await of('key_a', 'key_c', 'key_x')).toStrictEqual(['key_a', 'key_c']);
      expect(await of('key_x')).toStrictEqual([]);
    });

    test('sums are exact however large they grow, and the dearest of them still comes first', async () => {
      const largest = Number.MAX_SAFE_INTEGER;
      for (const [keyId, count] of [
        ['key_a', 3],
        // More than 64 bits together.
        ['key_b', 1100],
      ] as const) {
        const orders = Array.from({ length: count }, () => opening({ keyId }));
        await Promise.all(orders.map((order) => ledger.open(order)));
        const done = completion({
          costMicroUsd: largest,
          inputTokens: largest,
          outputTokens: largest,
          outputImageTokens: largest - 1,
        });
        await Promise.all(orders.map((order) => ledger.complete(order.id, done, [])));
      }
      expect(await ledger.totals({ by: ['key'] })).toMatchObject([
        { groups: ['key_b'], costMicroUsd: BigInt(largest) * 1100n, inputTokens: BigInt(largest) * 1100n },
        {
          groups: ['key_a'],
          costMicroUsd: BigInt(largest) * 3n,
          outputImageTokens: BigInt(largest - 1) * 3n,
        },
      ]);
    });

    test('an order that is open and older than every closed one is in the hour that its own clock showed', async () => {
      const createdAtMs = Date.UTC(2001, 4, 21, 16, 30);
      const order = opening({ keyId: 'key_old', createdAtMs });
      await ledger.open(order);
      const [found] = await ledger.totals({ by: ['hour'], keyIds: ['key_old'], timeZone: 'Europe/Berlin' });
      expect(found?.groups).toEqual(['2001-05-21T18:00:00+02:00']);
    });

    test('totals equal the sums over the rows, for random ledgers, periods and zones, every grouping and filter', async () => {
      let round = 0;
      const asked = fc.record({
        timeZone: fc.constantFrom(...zones),
        fromMs: fc.nat({ max: spanMs }),
        lengthMs: fc.nat({ max: spanMs }),
        filter: fc.constantFrom<Partial<TotalsQuery>>(
          {},
          { keyIds: ['key_1', 'key_2'], models: ['model-a'] },
          { projectIds: ['proj_1'], upstreams: ['gemini'] },
          { endUsers: ['ada'] },
        ),
        top: fc.record({ count: fc.integer({ min: 1, max: 3 }), by: fc.constantFrom(...topMeasures) }),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(randomOrder, { minLength: 1, maxLength: 12 }),
          asked,
          async (orders, wish) => {
            const baseMs = ++round * 41_000_000_000 + 946_684_800_000;
            const rows = orders.map(({ offsetMs, opening: fields, completion: done }) => ({
              order: opening({ ...fields, createdAtMs: baseMs + offsetMs }),
              done,
            }));
            for (const { order, done } of rows) {
              await ledger.open(order);
              if (done !== undefined) await ledger.complete(order.id, done, []);
            }
            const all = (await Promise.all(rows.map(({ order }) => ledger.find(order.id)))).filter(
              (row) => row !== undefined,
            );
            const { timeZone, filter } = wish;
            const fromMs = baseMs + wish.fromMs;
            const toMs = Math.min(fromMs + wish.lengthMs, baseMs + spanMs + 1);
            for (const query of [
              { fromMs: baseMs, toMs: baseMs + spanMs + 1, timeZone },
              { fromMs, toMs, timeZone, ...filter },
              { fromMs: baseMs, toMs: baseMs + spanMs + 1, timeZone },
            ]) {
              const stored = all.filter((row) => isAsked(row, query));
              await checkTotals(stored, query, wish.top);
              await addUp();
            }
          },
        ),
        { numRuns: 15 },
      );
      async function checkTotals(
        stored: readonly LedgerRow[],
        query: Omit<TotalsQuery, 'by'>,
        top: TopGroups,
      ): Promise<void> {
        const groupings: readonly TotalsBy[][] = [
          ...totalsGroups.map((group) => [group]),
          [],
          ['user', 'day'],
          ['day', 'key', 'error'],
          ['hour', 'project'],
          ['upstream', 'model'],
        ];
        for (const by of groupings) {
          const groupsOf = (row: LedgerRow) =>
            by.map((group) => groupOf(row, group, query.timeZone ?? 'UTC'));
          checkRows(stored, await ledger.totals({ by, ...query }), (row) => ({ groups: groupsOf(row) }));
          const split = (groups: readonly (string | null)[]) =>
            JSON.stringify(groups.filter((_, index) => !isTimeGroup(by[index] ?? 'day')));
          const found = await ledger.totals({ by, top, ...query });
          const kept = new Set(
            found.filter(({ others }) => others === undefined).map(({ groups }) => split(groups)),
          );
          const amounts = amountsOf(stored, top.by, (row) => split(groupsOf(row)));
          const hasSplit = !by.every(isTimeGroup);
          const others = amounts.size - kept.size;
          expect(kept.size).toBe(hasSplit ? Math.min(top.count, amounts.size) : kept.size);
          // Whoever is told is at least as large as whoever is not.
          const told = [...amounts].filter(([group]) => kept.has(group)).map(([, amount]) => amount);
          const untold = [...amounts].filter(([group]) => !kept.has(group)).map(([, amount]) => amount);
          if (hasSplit && others > 0) expect(Math.min(...told)).toBeGreaterThanOrEqual(Math.max(...untold));
          checkRows(stored, found, (row) => {
            const groups = groupsOf(row);
            return !hasSplit || kept.has(split(groups))
              ? { groups }
              : {
                  groups: groups.map((text, index) => (isTimeGroup(by[index] ?? 'day') ? text : null)),
                  others,
                };
          });
        }
      }
      /** Every number of every row, from the orders that belong to it. */
      function checkRows(
        stored: readonly LedgerRow[],
        totals: readonly UsageTotals[],
        placeOf: (row: LedgerRow) => Pick<UsageTotals, 'groups' | 'others'>,
      ): void {
        const nameOf = ({ groups, others }: Pick<UsageTotals, 'groups' | 'others'>) =>
          JSON.stringify({ groups, others });
        expect(totals.map(nameOf).toSorted()).toStrictEqual(
          [...new Set(stored.map((row) => nameOf(placeOf(row))))].toSorted(),
        );
        for (const total of totals) {
          const mine = stored.filter((row) => nameOf(placeOf(row)) === nameOf(total));
          const sum = (pick: (row: LedgerRow) => number) =>
            mine.reduce((amount, row) => amount + pick(row), 0);
          const moneyOf = (isSandbox: boolean, amount: (row: LedgerRow) => number) =>
            BigInt(sum((row) => ((row.upstream === 'sandbox') === isSandbox ? amount(row) : 0)));
          expect(total).toStrictEqual({
            ...placeOf(mine[0] ?? expect.fail('a row of no order')),
            orders: mine.length,
            imagesRequested: sum((row) => row.imagesRequested),
            imagesDelivered: sum((row) => row.imagesDelivered),
            inputTokens: BigInt(sum((row) => row.inputTokens)),
            outputTokens: BigInt(sum((row) => row.outputTokens)),
            outputImageTokens: BigInt(sum((row) => row.outputImageTokens)),
            costMicroUsd: moneyOf(false, (row) => row.costMicroUsd),
            chargedMicroUsd: moneyOf(false, (row) => row.chargedMicroUsd ?? row.costMicroUsd),
            sandboxCostMicroUsd: moneyOf(true, (row) => row.costMicroUsd),
            byStatus: Object.fromEntries(
              ledgerStatuses.map((status) => [status, mine.filter((row) => row.status === status).length]),
            ),
          });
        }
      }
    });
  });
}

/** Of whole and half hours, with clocks that are set by half an hour, at midnight, and beyond the date line. */
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/Havana',
  'Pacific/Kiritimati',
];
const spanMs = 40_000_000_000;

/** How much each group is of what the largest are looked for by. */
function amountsOf(
  rows: readonly LedgerRow[],
  measure: TopGroups['by'],
  groupOfRow: (row: LedgerRow) => string,
): Map<string, number> {
  const amounts = new Map<string, number>();
  for (const row of rows) {
    const group = groupOfRow(row);
    const cost = row.upstream === 'sandbox' ? 0 : row.costMicroUsd;
    const amount = { cost, images: row.imagesDelivered, orders: 1 }[measure];
    amounts.set(group, (amounts.get(group) ?? 0) + amount);
  }
  return amounts;
}

function isAsked(row: LedgerRow, query: Omit<TotalsQuery, 'by'>): boolean {
  const { fromMs = 0, toMs = 0, keyIds, projectIds, models, upstreams, endUsers } = query;
  const has = (values: readonly string[] | undefined, value: string | null): boolean =>
    values === undefined || (value !== null && values.includes(value));
  return (
    row.createdAtMs >= fromMs &&
    row.createdAtMs < toMs &&
    has(keyIds, row.keyId) &&
    has(projectIds, row.projectId) &&
    has(models, row.model) &&
    has(upstreams, row.upstream) &&
    has(endUsers, row.endUser)
  );
}

function groupOf(row: LedgerRow, by: TotalsBy, timeZone: string): string | null {
  switch (by) {
    case 'key':
      return row.keyId;
    case 'project':
      return row.projectId;
    case 'model':
      return row.model;
    case 'day':
      return dayIn(timeZone, row.createdAtMs);
    case 'hour':
      return hourIn(timeZone, row.createdAtMs);
    case 'upstream':
      return row.upstream;
    case 'user':
      return row.endUser;
    case 'error':
      return row.errorCode;
  }
}

/** Making one is most of the work. */
const clocks = new Map<string, Intl.DateTimeFormat>();
function clockOf(timeZone: string, locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = JSON.stringify([timeZone, locale, options]);
  const clock = clocks.get(name) ?? new Intl.DateTimeFormat(locale, { timeZone, ...options });
  clocks.set(name, clock);
  return clock;
}

function dayIn(timeZone: string, atMs: number): string {
  return clockOf(timeZone, 'en-CA', { dateStyle: 'short' }).format(atMs);
}

/** As a clock shows it, from what `Intl` says of it: nothing is computed. */
function hourIn(timeZone: string, atMs: number): string {
  const hour = clockOf(timeZone, 'en-GB', { hour: '2-digit', hourCycle: 'h23' }).format(atMs);
  const zone = clockOf(timeZone, 'en', { timeZoneName: 'longOffset' })
    .formatToParts(atMs)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const offset = zone?.slice(3) ?? '';
  return `${dayIn(timeZone, atMs)}T${hour}:00:00${offset === '' || offset === '+00:00' ? 'Z' : offset}`;
}

function opening(fields: Partial<LedgerOpening> = {}): LedgerOpening {
  return plainOpening({
    createdAtMs: 1_795_000_000_000,
    projectId: 'proj_1',
    model: 'gemini-nano-banana-2.1',
    requestedModel: 'gpt-image-1',
    ...fields,
  });
}

function completion(fields: Partial<LedgerCompletion> = {}): LedgerCompletion {
  return plainCompletion({ attempts: 1, finishedAtMs: 1_795_000_009_000, ...fields });
}

const amount = fc.nat({ max: 1_000_000_000 });
const randomOrder = fc.record({
  offsetMs: fc.oneof(fc.nat({ max: spanMs }), fc.nat({ max: 400_000_000 })),
  opening: fc.record({
    keyId: fc.constantFrom('key_1', 'key_2', 'key_3'),
    projectId: fc.constantFrom('proj_1', 'proj_2'),
    model: fc.constantFrom('model-a', 'model-b'),
    imagesRequested: fc.integer({ min: 1, max: 10 }),
    endUser: fc.constantFrom(null, '', 'ada', "o'neill"),
    upstream: fc.constantFrom(null, 'sandbox'),
  }),
  completion: fc.option(
    fc
      .record({
        status: fc.constantFrom(...ledgerStatuses.filter((status) => status !== 'open')),
        upstream: fc.constantFrom(null, 'gemini', 'sandbox'),
        errorCode: fc.constantFrom(null, 'upstream_timeout', 'client_closed'),
        imagesDelivered: fc.nat({ max: 10 }),
        inputTokens: amount,
        outputTokens: amount,
        outputImageTokens: amount,
        costMicroUsd: amount,
        markup: fc.option(fc.nat({ max: 10_000 })),
      })
      .map(({ markup, ...done }) =>
        completion({
          ...done,
          ...(markup !== null && { chargedMicroUsd: done.costMicroUsd + markup }),
        }),
      ),
    { nil: undefined },
  ),
});
