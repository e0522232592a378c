import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { draftKey, type ApiKeyWish } from '../../src/access/manage-keys.ts';
import type { ApiKeyStore } from '../../src/access/api-key-store.ts';
import { createProject } from '../../src/access/manage-projects.ts';
import type { ProjectStore } from '../../src/access/project-store.ts';
import { newApiKey } from '../../src/access/api-key.ts';
import { allowanceId } from '../../src/admission/allowance-ids.ts';
import type { AllowanceOwner, AllowanceStore } from '../../src/admission/allowance-store.ts';
import { type Limits, noLimits } from '../../src/journey/limits.ts';
import { newId } from '../../src/kernel/ids.ts';
import { PlantainError } from '../../src/kernel/plantain-error.ts';
import type { Database } from '../../src/store/sql/database-schema.ts';
import type { Ledger, LedgerCompletion, LedgerOpening } from '../../src/usage/ledger.ts';
import { bookFaults } from '../support/book-faults.ts';
import { plainCompletion, plainOpening } from '../support/plain-orders.ts';

/** An empty book, and another connection to the same one. */
export interface BookUnderTest {
  readonly ledger: Ledger;
  readonly other: Ledger;
  readonly keys: ApiKeyStore;
  readonly projects: ProjectStore;
  readonly allowances: AllowanceStore;
  readonly db: Kysely<Database>;
  close(): Promise<void>;
}

const noon = Date.parse('2026-11-26T12:00:00Z');
const hourMs = 3_600_000;
const clock = { nowMs: () => noon };

/** What a ledger that keeps to limits must do, on every database. */
export function bookContract(adapter: string, openEmpty: () => Promise<BookUnderTest>): void {
  describe(`the book on ${adapter}`, () => {
    let own: BookUnderTest;
    beforeEach(async () => {
      own = await openEmpty();
    });
    afterEach(() => own.close());

    let made = 0;
    const key = async (limits: Partial<Limits> = {}, wish: Partial<ApiKeyWish> = {}): Promise<string> => {
      const { record } = draftKey(newApiKey(), { name: `key ${++made}`, ...wish }, made);
      expect(await own.keys.insert(record, randomBytes(32), { ...noLimits, ...limits })).toBe(true);
      return record.id;
    };
    const project = async (limits: Partial<Limits> = {}): Promise<string> =>
      (await createProject(own.projects, clock, { name: `p ${++made}`, limits: { ...noLimits, ...limits } }))
        .id;
    const codeOf = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => 'admitted',
        (error: unknown) => (error instanceof PlantainError ? error.code : String(error)),
      );
    const used = async (owner: AllowanceOwner) => (await own.allowances.find(owner))?.counters;

    test('an order is reserved and settled in every allowance it has', async () => {
      const projectId = await project();
      const keyId = await key({}, { projectId });
      const owners: AllowanceOwner[] = [
        { kind: 'key', id: keyId },
        { kind: 'key', id: keyId, model: 'm' },
        { kind: 'project', id: projectId },
        { kind: 'project', id: projectId, model: 'm' },
        { kind: 'user', projectId, endUser: 'ada' },
      ];
      for (const owner of owners) await own.allowances.setLimits(owner, { maxOpen: 5 });
      const order = opening({ keyId, projectId, endUser: 'ada', imagesRequested: 3 });
      await own.ledger.open(order);
      for (const owner of owners)
        expect(await used(owner)).toMatchObject({
          openOrders: 1,
          dayImages: 3,
          dayUsedMicroUsd: 40_000,
          monthUsedMicroUsd: 40_000,
          totalUsedMicroUsd: 40_000,
        });
      await own.ledger.complete(order.id, completion({ costMicroUsd: 7, imagesDelivered: 2 }), []);
      for (const owner of owners)
        expect(await used(owner)).toMatchObject({
          openOrders: 0,
          dayImages: 2,
          dayUsedMicroUsd: 7,
          monthUsedMicroUsd: 7,
          totalUsedMicroUsd: 7,
        });
      expect(await used({ kind: 'key', id: keyId, model: 'other' })).toBeUndefined();
      expect(await bookFaults(own.db)).toEqual([]);
    });

    test('of ten thousand orders with two hundred in flight exactly as many are admitted as the budget holds', async () => {
      const projectId = await project({ totalMicroUsd: 1000 * 40_000 });
      const keyIds = [await key({}, { projectId }), await key({}, { projectId })];
      const orders = Array.from({ length: 10_000 }, (_, index) =>
        opening({ keyId: keyIds[index % 2] ?? '', projectId }),
      );
      let admitted = 0;
      const worker = async (ledger: Ledger): Promise<void> => {
        for (let order = orders.pop(); order !== undefined; order = orders.pop()) {
          const code = await codeOf(ledger.open(order));
          if (code === 'admitted') {
            admitted++;
            await ledger.complete(order.id, completion({ costMicroUsd: 40_000 }), []);
          } else expect(code).toBe('budget_exceeded');
        }
      };
      await Promise.all(
        Array.from({ length: 200 }, (_, index) => worker(index % 2 === 0 ? own.ledger : own.other)),
      );
      expect(admitted).toBe(1000);
      const [total] = await own.ledger.totals({ by: ['model'] });
      expect([total?.orders, total?.costMicroUsd]).toEqual([1000, 40_000_000n]);
      expect(await used({ kind: 'project', id: projectId })).toMatchObject({
        openOrders: 0,
        totalUsedMicroUsd: 40_000_000,
      });
      expect(await bookFaults(own.db)).toEqual([]);
    }, 120_000);

    test('a refused order changes nothing', async () => {
      const projectId = await project({ requestsPerMinute: 5, imagesPerMinute: 50 });
      const keyId = await key({ dayMicroUsd: 39_999 }, { projectId });
      const before = await own.db.selectFrom('allowances').selectAll().execute();
      expect(await codeOf(own.ledger.open(opening({ keyId, projectId })))).toBe('budget_exceeded');
      expect(await own.db.selectFrom('allowances').selectAll().execute()).toEqual(before);
      expect(await own.db.selectFrom('ledger').selectAll().execute()).toEqual([]);
    });

    test('what the caller is told of each limit', async () => {
      const errorOf = async (limits: Partial<Limits>, fields: Partial<LedgerOpening> = {}, orders = 2) => {
        const keyId = await key(limits);
        for (let order = 1; ; order++) {
          const opened = own.ledger.open(opening({ keyId, projectId: 'proj_default', ...fields }));
          if (order < orders) await opened;
          else return (await opened.catch((error: unknown) => error)) as PlantainError;
        }
      };
      const open = await errorOf({ maxOpen: 1 });
      expect(open).toMatchObject({ code: 'too_many_open_orders', entry: { type: 'requests' } });
      expect(open.retryAfterSeconds).toBeGreaterThanOrEqual(1);
      expect(open.retryAfterSeconds).toBeLessThanOrEqual(5);
      const requests = await errorOf({ requestsPerMinute: 1 });
      expect(requests).toMatchObject({
        code: 'requests_limit_exceeded',
        retryAfterSeconds: 60,
        headers: {
          'retry-after-ms': '60000',
          'x-ratelimit-limit-requests': '1',
          'x-ratelimit-remaining-requests': '0',
          'x-ratelimit-reset-requests': '1m0s',
        },
      });
      expect(requests.message).toMatch(
        /^Rate limit reached for m in key "key \d+" on requests per min: Limit 1, Used 1, Requested 1\. Please try again in 60s\.$/,
      );
      const images = await errorOf({ imagesPerMinute: 5 }, { imagesRequested: 3 });
      expect(images).toMatchObject({
        code: 'images_limit_exceeded',
        retryAfterSeconds: 12,
        entry: { type: 'images' },
      });
      expect(images.headers).toMatchObject({ 'x-ratelimit-remaining-images': '2' });
      const tooMany = await errorOf({ imagesPerMinute: 5 }, { imagesRequested: 6 }, 1);
      expect(tooMany).toMatchObject({ code: 'invalid_value', param: 'n' });
      const imagesOfDay = await errorOf({ imagesPerDay: 1 });
      expect(imagesOfDay).toMatchObject({
        code: 'images_limit_exceeded',
        headers: { 'x-should-retry': 'false' },
      });
      expect(imagesOfDay.retryAfterSeconds).toBeUndefined();
      for (const [limits, resets] of [
        [{ dayMicroUsd: 50_000 }, '2026-11-27T00:00:00.000Z'],
        [{ monthMicroUsd: 50_000 }, '2026-12-01T00:00:00.000Z'],
        [{ totalMicroUsd: 50_000 }, undefined],
      ] as const) {
        const error = await errorOf(limits);
        expect(error).toMatchObject({
          code: 'budget_exceeded',
          entry: { code: 'insufficient_quota', retryable: false },
        });
        expect(error.headers?.['plantain-budget-resets']).toBe(resets);
        expect(error.retryAfterSeconds).toBeUndefined();
        expect(error.message).toMatch(/key "key \d+".*up to \$0\.04, and \$0\.01 of \$0\.05 are left/);
      }
      expect(await own.ledger.open(opening({ keyId: await key({ imagesPerMinute: 4 }) }))).toEqual({
        'x-ratelimit-limit-images': '4',
        'x-ratelimit-remaining-images': '3',
        'x-ratelimit-reset-images': '15s',
      });
      expect(await own.ledger.open(opening({ keyId: await key() }))).toEqual({});
    });

    test('revoked, expired, disabled and archived count at the door of the book, and so does a model that is not allowed', async () => {
      const projectId = await project();
      const [live, revoked, expired, narrow] = [
        await key(),
        await key(),
        await key({}, { expiresAtMs: noon }),
        await key({}, { allowedModels: ['other'] }),
      ];
      const archived = await key({}, { projectId });
      const disabled = await key();
      await own.keys.change(disabled, { disabledAtMs: noon + hourMs });
      await own.keys.revoke(revoked, noon + hourMs);
      await own.projects.change(projectId, { archivedAtMs: noon + hourMs });
      const of = (keyId: string, fields: Partial<LedgerOpening> = {}) =>
        codeOf(own.ledger.open(opening({ keyId, ...fields })));
      expect([
        await of(live),
        await of(revoked),
        await of(expired),
        await of(narrow),
        await of(archived, { projectId }),
        await of(disabled),
      ]).toEqual([
        'admitted',
        'invalid_api_key',
        'invalid_api_key',
        'model_not_found',
        'invalid_api_key',
        'invalid_api_key',
      ]);
      await own.keys.change(disabled, { disabledAtMs: null });
      expect(await of(disabled)).toBe('admitted');
      expect(await of(narrow, { model: 'other' })).toBe('admitted');
    });

    test('end users have the limits of the template, each its own counters, and their own limits before it', async () => {
      const projectId = await project();
      const keyId = await key({}, { projectId });
      const open = (endUser: string | null) =>
        codeOf(own.ledger.open(opening({ keyId, projectId, endUser })));
      await open('before');
      await own.allowances.setLimits({ kind: 'users', projectId }, { imagesPerDay: 2 });
      await own.allowances.setLimits({ kind: 'user', projectId, endUser: 'vip' }, { imagesPerDay: 3 });
      const outcomes = async (endUser: string | null) => [
        await open(endUser),
        await open(endUser),
        await open(endUser),
        await open(endUser),
      ];
      const [yes, no] = ['admitted', 'images_limit_exceeded'];
      expect(await outcomes('ada')).toEqual([yes, yes, no, no]);
      expect(await outcomes('bob')).toEqual([yes, yes, no, no]);
      expect(await outcomes('vip')).toEqual([yes, yes, yes, no]);
      expect(await outcomes(null)).toEqual([yes, yes, yes, yes]);
      await own.allowances.setLimits({ kind: 'users', projectId }, { imagesPerDay: 3 });
      expect(await open('bob')).toBe('admitted');
      expect(await bookFaults(own.db)).toEqual([]);
      const message = await own.ledger.open(opening({ keyId, projectId, endUser: 'bob' })).catch(String);
      expect(message).toMatch(/this end user of project "p \d+"/);
    });

    test('a limit that comes late counts what was used before, and may be lowered below it', async () => {
      const keyId = await key();
      const order = opening({ keyId });
      await own.ledger.open(order);
      await own.ledger.open(opening({ keyId, model: 'other' }));
      const model: AllowanceOwner = { kind: 'key', id: keyId, model: 'm' };
      expect((await own.allowances.setLimits(model, { monthMicroUsd: 50_000 })).counters).toMatchObject({
        openOrders: 1,
        totalUsedMicroUsd: 40_000,
      });
      expect(await codeOf(own.ledger.open(opening({ keyId })))).toBe('budget_exceeded');
      await own.allowances.setLimits({ kind: 'key', id: keyId }, { totalMicroUsd: 1 });
      expect(await codeOf(own.ledger.open(opening({ keyId, model: 'other' })))).toBe('budget_exceeded');
      await own.ledger.complete(order.id, completion({ costMicroUsd: 1 }), []);
      await own.allowances.setLimits({ kind: 'key', id: keyId }, { totalMicroUsd: null });
      expect(await codeOf(own.ledger.open(opening({ keyId })))).toBe('admitted');
      expect(await bookFaults(own.db)).toEqual([]);
    });

    test('a credit makes room, is noted with its reason, and the sums stay explained', async () => {
      const keyId = await key({ monthMicroUsd: 50_000, totalMicroUsd: 90_000 });
      const owner: AllowanceOwner = { kind: 'key', id: keyId };
      const open = () => codeOf(own.ledger.open(opening({ keyId })));
      expect([await open(), await open()]).toEqual(['admitted', 'budget_exceeded']);
      const credit = { id: 'adj_1', amountMicroUsd: 30_000, reason: 'a bad day', actor: 'cli', atMs: noon };
      expect(await own.allowances.credit(owner, credit)).toBe(true);
      expect(await own.allowances.credit({ kind: 'key', id: 'key_none' }, { ...credit, id: 'adj_2' })).toBe(
        false,
      );
      expect([await open(), await open()]).toEqual(['admitted', 'budget_exceeded']);
      expect(await own.allowances.adjustments({ owner, limit: 10 })).toEqual([
        { ...credit, allowanceId: allowanceId(owner) },
      ]);
      expect(await bookFaults(own.db)).toEqual([]);
    });

    test('credits that a counter could not tell exactly are refused, and change nothing', async () => {
      const keyId = await key({});
      const owner: AllowanceOwner = { kind: 'key', id: keyId };
      const most = 8_000_000_000_000_000;
      const credit = (id: string, amountMicroUsd: number) =>
        own.allowances.credit(owner, { id, amountMicroUsd, reason: 'r', actor: 'cli', atMs: noon });
      expect(await credit('adj_1', -most)).toBe(true);
      expect(await codeOf(credit('adj_2', -1))).toBe('invalid_value');
      expect(await used(owner)).toMatchObject({ totalUsedMicroUsd: most, dayUsedMicroUsd: most });
      expect(await own.allowances.adjustments({ owner, limit: 10 })).toHaveLength(1);
    });

    test('a lost order keeps its reservation and frees its place; the truth corrects it once, on its own day', async () => {
      const keyId = await key({ maxOpen: 1 });
      const order = opening({ keyId });
      await own.ledger.open(order);
      expect(await own.other.closeLeftOpen(noon + 1)).toBe(1);
      expect(await used({ kind: 'key', id: keyId })).toMatchObject({
        openOrders: 0,
        totalUsedMicroUsd: 40_000,
      });
      expect(await own.ledger.complete(order.id, completion({ costMicroUsd: 9 }), [])).toBe(true);
      expect(await own.ledger.complete(order.id, completion({ costMicroUsd: 8 }), [])).toBe(false);
      expect(await used({ kind: 'key', id: keyId })).toMatchObject({ openOrders: 0, totalUsedMicroUsd: 9 });
      expect(await bookFaults(own.db)).toEqual([]);
    });

    test('whatever happens in whatever order, every counter and every hour is the sum of the ledger and no budget is passed', async () => {
      await fc.assert(
        fc.asyncProperty(steps, budgets, async (moves, limits) => {
          await play(own, moves, limits);
          expect(await bookFaults(own.db)).toEqual([]);
        }),
        { numRuns: 40 },
      );
    }, 120_000);
  });
}

/** What can happen to a book. */
type Step =
  | {
      readonly kind: 'open';
      readonly key: number;
      readonly user: string | null;
      readonly images: number;
      readonly price: number;
      readonly upstream: string | null;
    }
  | {
      readonly kind: 'end';
      readonly order: number;
      readonly cost: number;
      readonly images: number;
      readonly upstream: string | null;
      readonly status: LedgerCompletion['status'];
    }
  | { readonly kind: 'crash' }
  | { readonly kind: 'credit'; readonly key: number; readonly amount: number }
  | { readonly kind: 'pass'; readonly ms: number };

const openStep = fc.record({
  kind: fc.constant('open' as const),
  key: fc.nat(2),
  user: fc.constantFrom(null, 'ada', 'bob'),
  images: fc.integer({ min: 1, max: 3 }),
  price: fc.integer({ min: 1, max: 1000 }),
  upstream: fc.constantFrom(null, 'gemini', 'sandbox'),
});
const endStep = fc.record({
  kind: fc.constant('end' as const),
  order: fc.nat(30),
  cost: fc.nat(1000),
  images: fc.nat(4),
  upstream: fc.constantFrom(null, 'gemini', 'vertex'),
  status: fc.constantFrom('succeeded' as const, 'failed' as const),
});
const creditStep = fc.record({ kind: fc.constant('credit' as const), key: fc.nat(2), amount: fc.nat(500) });
const passStep = fc.record({
  kind: fc.constant('pass' as const),
  ms: fc.integer({ min: -2 * hourMs, max: 40 * hourMs }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: openStep },
  { weight: 6, arbitrary: endStep },
  { weight: 1, arbitrary: fc.constant({ kind: 'crash' as const }) },
  { weight: 1, arbitrary: creditStep },
  { weight: 2, arbitrary: passStep },
);
const steps = fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { maxLength: 10 });
const budgets = fc.record({
  totalMicroUsd: fc.option(fc.integer({ min: 500, max: 5000 }), { nil: null }),
  dayMicroUsd: fc.option(fc.integer({ min: 500, max: 3000 }), { nil: null }),
  maxOpen: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
  imagesPerDay: fc.option(fc.integer({ min: 3, max: 20 }), { nil: null }),
});

/** Plays groups of steps; those of a group are on their way at the same time. */
async function play(
  book: BookUnderTest,
  groups: readonly (readonly Step[])[],
  limits: Partial<Limits>,
): Promise<void> {
  let nowMs = noon;
  const { id: projectId } = await createProject(book.projects, clock, { name: `p ${newId('x', noon)}` });
  const keyIds: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    const { record } = draftKey(newApiKey(), { name, projectId }, noon);
    await book.keys.insert(record, randomBytes(32), { ...noLimits, ...limits });
    keyIds.push(record.id);
  }
  await book.allowances.setLimits({ kind: 'project', id: projectId }, { monthMicroUsd: 8000 });
  await book.allowances.setLimits({ kind: 'users', projectId }, { totalMicroUsd: 2500 });
  const orders: LedgerOpening[] = [];
  const one = async (step: Step): Promise<void> => {
    if (step.kind === 'open') {
      const order = opening({
        keyId: keyIds[step.key] ?? '',
        projectId,
        endUser: step.user,
        imagesRequested: step.images,
        reservedMicroUsd: step.price,
        createdAtMs: nowMs,
        upstream: step.upstream,
      });
      orders.push(order);
      await book.ledger.open(order).catch((error: unknown) => expect(error).toBeInstanceOf(PlantainError));
    } else if (step.kind === 'end') {
      const order = orders[step.order];
      if (order === undefined) return;
      const costMicroUsd = Math.min(step.cost, order.reservedMicroUsd);
      const { upstream, status, images: imagesDelivered } = step;
      await book.other
        .complete(order.id, completion({ costMicroUsd, imagesDelivered, upstream, status }), [])
        .catch((error: unknown) => expect(String(error)).toMatch(/is not in the ledger/));
    } else if (step.kind === 'crash') await book.other.closeLeftOpen(nowMs);
    else if (step.kind === 'credit')
      await book.allowances.credit(
        { kind: 'key', id: keyIds[step.key] ?? '' },
        { id: newId('adj', nowMs), amountMicroUsd: step.amount, reason: '', actor: '', atMs: nowMs },
      );
    else nowMs += step.ms;
  };
  for (const group of groups) await Promise.all(group.map(one));
}

function opening(fields: Partial<LedgerOpening> = {}): LedgerOpening {
  return plainOpening({ createdAtMs: noon, ...fields });
}

function completion(fields: Partial<LedgerCompletion> = {}): LedgerCompletion {
  return plainCompletion({ finishedAtMs: noon + 9000, ...fields });
}
