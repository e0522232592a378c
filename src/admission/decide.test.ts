import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Limits, noLimits } from '../journey/limits.ts';
import { type Allowance, type Counters, settled, unused } from './allowance.ts';
import { type Decision, decide, type Standing } from './decide.ts';
import { createPeriods } from './periods.ts';

const nowMs = Date.parse('2026-11-26T12:00:00Z');
const nowUs = nowMs * 1000;
const periodsOf = createPeriods('UTC');
const periods = periodsOf(nowMs);
const ask = { model: 'm', requestedModel: 'm', images: 1, reservedMicroUsd: 40_000 };
const standing: Standing = {
  keyName: 'k',
  projectName: 'p',
  revokedAtMs: null,
  expiresAtMs: null,
  disabledAtMs: null,
  archivedAtMs: null,
  allowedModels: null,
};
const today = { dayStartMs: periods.dayStartMs, monthStartMs: periods.monthStartMs };
const allowance = (limits: Partial<Limits>, counters: Partial<Counters> = {}, id = 'key_1'): Allowance => ({
  id,
  limits: { ...noLimits, ...limits },
  counters: { ...unused, ...today, ...counters },
});
const outcome = (decision: Decision): string =>
  decision.kind === 'admitted' ? 'admitted' : decision.refusal.reason;
const decided = (allowances: readonly Allowance[], asked = ask, stands: Standing | undefined = standing) =>
  decide(nowUs, periods, asked, stands, allowances);
const hour = 3_600_000;

describe('the table of decisions', () => {
  test.each<[string, Partial<Limits>, Partial<Counters>, string, number?]>([
    ['no limit', {}, { totalUsedMicroUsd: 2 ** 52 }, 'admitted'],
    ['the last place', { maxOpen: 3 }, { openOrders: 2 }, 'admitted'],
    ['no place', { maxOpen: 3 }, { openOrders: 3 }, 'max_open', 1000],
    ['a place where there are none', { maxOpen: 0 }, {}, 'max_open', Number.POSITIVE_INFINITY],
    ['a picture of a day that has none', { imagesPerDay: 0 }, {}, 'images_per_day', Number.POSITIVE_INFINITY],
    ['the last request', { requestsPerMinute: 2 }, { requestsTatUs: nowUs + 30_000_000 }, 'admitted'],
    ['no request', { requestsPerMinute: 2 }, { requestsTatUs: nowUs + 30_001_000 }, 'requests_per_minute', 1],
    ['no picture', { imagesPerMinute: 5 }, { imagesTatUs: nowUs + 60_000_000 }, 'images_per_minute', 12_000],
    ['the last picture of the day', { imagesPerDay: 9 }, { dayImages: 8 }, 'admitted'],
    ['no picture today', { imagesPerDay: 9 }, { dayImages: 9 }, 'images_per_day', 12 * hour],
    ['to the micro-dollar of the day', { dayMicroUsd: 90_000 }, { dayUsedMicroUsd: 50_000 }, 'admitted'],
    ['one beyond', { dayMicroUsd: 90_000 }, { dayUsedMicroUsd: 50_001 }, 'day_micro_usd', 12 * hour],
    ['to that of the month', { monthMicroUsd: 90_000 }, { monthUsedMicroUsd: 50_000 }, 'admitted'],
    [
      'beyond the month',
      { monthMicroUsd: 90_000 },
      { monthUsedMicroUsd: 50_001 },
      'month_micro_usd',
      108 * hour,
    ],
    ['to that of the whole', { totalMicroUsd: 90_000 }, { totalUsedMicroUsd: 50_000 }, 'admitted'],
    [
      'beyond the whole',
      { totalMicroUsd: 90_000 },
      { totalUsedMicroUsd: 50_001 },
      'total_micro_usd',
      Number.POSITIVE_INFINITY,
    ],
    ['a price beyond a whole day', { dayMicroUsd: 39_999 }, {}, 'day_micro_usd', Number.POSITIVE_INFINITY],
    [
      'a price beyond a whole month',
      { monthMicroUsd: 39_999 },
      {},
      'month_micro_usd',
      Number.POSITIVE_INFINITY,
    ],
    [
      "yesterday's day",
      { dayMicroUsd: 90_000, imagesPerDay: 1 },
      { dayStartMs: 1, dayUsedMicroUsd: 90_000, dayImages: 1 },
      'admitted',
    ],
    [
      "last month's month",
      { monthMicroUsd: 90_000 },
      { monthStartMs: 1, monthUsedMicroUsd: 90_000 },
      'admitted',
    ],
    [
      'a total of long ago',
      { totalMicroUsd: 90_000 },
      { dayStartMs: 1, totalUsedMicroUsd: 90_000 },
      'total_micro_usd',
      Number.POSITIVE_INFINITY,
    ],
  ])('%s', (_name, limits, counters, expected, waitMs) => {
    const decision = decided([allowance({}), allowance(limits, counters)]);
    expect(outcome(decision)).toBe(expected);
    if (decision.kind === 'refused')
      expect('waitMs' in decision.refusal && decision.refusal.waitMs).toBe(waitMs);
  });

  test('how a key stands counts before every limit', () => {
    const spent = [allowance({ totalMicroUsd: 0 })];
    const of = (changes: Partial<Standing>) => outcome(decided(spent, ask, { ...standing, ...changes }));
    expect(of({ revokedAtMs: nowMs + 1 })).toBe('key');
    expect(of({ archivedAtMs: 1 })).toBe('key');
    expect(of({ disabledAtMs: nowMs + 1 })).toBe('key');
    expect(of({ expiresAtMs: nowMs })).toBe('key');
    expect(of({ expiresAtMs: nowMs + 1 })).toBe('total_micro_usd');
    expect(of({ allowedModels: ['other'] })).toBe('model');
    expect(of({ allowedModels: ['other', 'm'] })).toBe('total_micro_usd');
    expect(of({ allowedModels: [] })).toBe('model');
  });

  test('more pictures than ever fit are told as that, whatever else refuses', () => {
    const three = { ...ask, images: 3 };
    for (const limits of [{ imagesPerMinute: 2 }, { imagesPerDay: 2 }])
      for (const others of [[], [allowance({ totalMicroUsd: 0 })]]) {
        const decision = decided([...others, allowance(limits), ...others], three);
        expect(decision).toMatchObject({
          kind: 'refused',
          refusal: { isTooMany: true, limit: 2, requested: 3 },
        });
      }
  });

  test('of several refusals the one with the longest wait answers', () => {
    const soon = allowance({ requestsPerMinute: 1 }, { requestsTatUs: nowUs + 60_000_000 });
    const tomorrow = allowance({ dayMicroUsd: 40_000 }, { dayUsedMicroUsd: 1 }, 'proj_1');
    for (const both of [
      [soon, tomorrow],
      [tomorrow, soon],
    ])
      expect(decided(both)).toMatchObject({
        refusal: { reason: 'day_micro_usd', allowanceId: 'proj_1', resetsAtMs: Date.parse('2026-11-27') },
      });
  });

  test('an admitted order moves every counter of every allowance', () => {
    const decision = decided(
      [
        allowance({ requestsPerMinute: 60, imagesPerMinute: 60 }, { dayImages: 4, openOrders: 1 }),
        allowance(
          {},
          { dayStartMs: 1, dayUsedMicroUsd: 9, monthUsedMicroUsd: 9, totalUsedMicroUsd: 9 },
          'proj_1',
        ),
      ],
      { ...ask, images: 2 },
    );
    const money = { dayUsedMicroUsd: 40_000, monthUsedMicroUsd: 40_000, totalUsedMicroUsd: 40_000 };
    expect(decision.kind === 'admitted' && decision.changed.map(({ counters }) => counters)).toEqual([
      {
        ...today,
        ...money,
        openOrders: 2,
        requestsTatUs: nowUs + 1_000_000,
        imagesTatUs: nowUs + 2_000_000,
        dayImages: 6,
      },
      {
        ...today,
        ...money,
        monthUsedMicroUsd: 40_009,
        totalUsedMicroUsd: 40_009,
        openOrders: 1,
        requestsTatUs: 0,
        imagesTatUs: 0,
        dayImages: 2,
      },
    ]);
  });

  test('the rates told are those of the tightest allowance, of a refused order too', () => {
    const tight = allowance({ requestsPerMinute: 3, imagesPerMinute: 100 });
    const wide = allowance({ requestsPerMinute: 50, imagesPerMinute: 4 }, {}, 'proj_1');
    expect(decided([tight, wide]).rates).toEqual({
      requests: { limit: 3, remaining: 2, resetUs: 20_000_000 },
      images: { limit: 4, remaining: 3, resetUs: 15_000_000 },
    });
    const used = allowance({ requestsPerMinute: 3 }, { requestsTatUs: nowUs + 60_000_000 });
    expect(decided([wide, used]).rates.requests).toEqual({ limit: 3, remaining: 0, resetUs: 60_000_000 });
    expect(decided([allowance({})]).rates).toEqual({});
  });

  test('a clock that went back begins no earlier day, and the wait is to the end of the later one', () => {
    const ahead = allowance(
      { dayMicroUsd: 50_000 },
      { dayStartMs: periods.dayStartMs + 24 * hour, dayUsedMicroUsd: 20_000 },
    );
    const decision = decided([ahead]);
    expect(decision).toMatchObject({ refusal: { reason: 'day_micro_usd', waitMs: 36 * hour } });
  });
});

const anyLimit = (max: number) => fc.option(fc.integer({ min: 1, max }), { nil: null });
const anyAllowance = fc.record({
  id: fc.constantFrom('key_1', 'key_1/model/m', 'proj_1', 'proj_1/model/m', 'proj_1/user/x'),
  limits: fc.record<Limits>({
    maxOpen: anyLimit(4),
    requestsPerMinute: anyLimit(100),
    imagesPerMinute: anyLimit(100),
    imagesPerDay: anyLimit(100),
    dayMicroUsd: anyLimit(400_000),
    monthMicroUsd: anyLimit(400_000),
    totalMicroUsd: anyLimit(400_000),
  }),
  counters: fc.record<Counters>({
    openOrders: fc.nat(4),
    requestsTatUs: fc.nat(60_000_000).map((us) => nowUs + us - 10_000_000),
    imagesTatUs: fc.nat(60_000_000).map((us) => nowUs + us - 10_000_000),
    dayStartMs: fc.constantFrom(0, periods.dayStartMs - 24 * hour, periods.dayStartMs),
    dayImages: fc.nat(100),
    dayUsedMicroUsd: fc.nat(400_000),
    monthStartMs: fc.constantFrom(0, periods.monthStartMs),
    monthUsedMicroUsd: fc.nat(400_000),
    totalUsedMicroUsd: fc.nat(400_000),
  }),
});
const anyAllowances = fc.uniqueArray(anyAllowance, { selector: ({ id }) => id, maxLength: 5 });
const anyAsk = fc.record({
  model: fc.constant('m'),
  requestedModel: fc.constant('m'),
  images: fc.integer({ min: 1, max: 10 }),
  reservedMicroUsd: fc.nat(200_000),
});

describe('whatever the allowances', () => {
  test('an admitted order keeps to every limit of every allowance', () => {
    fc.assert(
      fc.property(anyAllowances, anyAsk, (allowances, asked) => {
        const decision = decided(allowances, asked);
        if (decision.kind === 'refused') return;
        expect(decision.changed.map(({ id }) => id)).toEqual(allowances.map(({ id }) => id));
        for (const { limits, counters } of decision.changed) {
          const within = (used: number, limit: number | null) =>
            expect(used).toBeLessThanOrEqual(limit ?? Number.POSITIVE_INFINITY);
          within(counters.openOrders, limits.maxOpen);
          within(counters.dayImages, limits.imagesPerDay);
          within(counters.dayUsedMicroUsd, limits.dayMicroUsd);
          within(counters.monthUsedMicroUsd, limits.monthMicroUsd);
          within(counters.totalUsedMicroUsd, limits.totalMicroUsd);
        }
      }),
    );
  });

  test('the order of allowances does not matter', () => {
    fc.assert(
      fc.property(anyAllowances, anyAsk, (allowances, asked) => {
        const [one, other] = [decided(allowances, asked), decided(allowances.toReversed(), asked)];
        expect(other.kind).toBe(one.kind);
        if (one.kind === 'refused' && other.kind === 'refused') {
          const wait = ({ refusal }: typeof one) => ('waitMs' in refusal ? refusal.waitMs : undefined);
          expect(wait(other)).toBe(wait(one));
        } else if (one.kind === 'admitted' && other.kind === 'admitted')
          expect(other.changed.toReversed()).toEqual(one.changed);
      }),
    );
  });

  test('a higher limit or a lower counter never turns an admitted order away', () => {
    const money = [
      'openOrders',
      'dayImages',
      'dayUsedMicroUsd',
      'monthUsedMicroUsd',
      'totalUsedMicroUsd',
    ] as const;
    fc.assert(
      fc.property(anyAllowances, anyAsk, fc.nat(), (allowances, asked, less) => {
        fc.pre(outcome(decided(allowances, asked)) === 'admitted');
        const eased = allowances.map(({ id, limits, counters }) => ({
          id,
          limits: {
            ...limits,
            maxOpen: limits.maxOpen === null ? null : limits.maxOpen + 1,
            dayMicroUsd: null,
          },
          counters: Object.assign(
            { ...counters, requestsTatUs: counters.requestsTatUs - less },
            ...money.map((name) => ({ [name]: Math.max(0, counters[name] - less) })),
          ) as Counters,
        }));
        expect(outcome(decided(eased, asked))).toBe('admitted');
      }),
    );
  });

  test('time makes no refusal worse: who was admitted would be later too, and who waits has less to wait', () => {
    const isOneDay = (us: number): boolean =>
      periodsOf(Math.floor(us / 1000)).dayStartMs === periods.dayStartMs;
    fc.assert(
      fc.property(anyAllowances, anyAsk, fc.nat(11 * 3_600_000_000), (allowances, asked, laterUs) => {
        fc.pre(isOneDay(nowUs + laterUs));
        const now = decided(allowances, asked);
        const later = decide(nowUs + laterUs, periods, asked, standing, allowances);
        if (now.kind === 'admitted') expect(later.kind).toBe('admitted');
        else if (later.kind === 'refused' && 'waitMs' in now.refusal && 'waitMs' in later.refusal)
          expect(later.refusal.waitMs).toBeLessThanOrEqual(now.refusal.waitMs);
      }),
    );
  });

  test('the wait of a refusal is exact: a microsecond earlier it still holds, then the order fits', () => {
    fc.assert(
      fc.property(anyAllowances, anyAsk, (allowances, asked) => {
        const decision = decided(allowances, asked);
        fc.pre(decision.kind === 'refused' && 'waitMs' in decision.refusal);
        if (decision.kind !== 'refused' || !('waitMs' in decision.refusal)) return;
        const { waitMs, reason } = decision.refusal;
        fc.pre(Number.isFinite(waitMs) && reason !== 'max_open');
        // Nothing else happens meanwhile, but those in flight end.
        const idle = allowances.map((each) => ({ ...each, counters: { ...each.counters, openOrders: 0 } }));
        const later = (us: number) =>
          decide(us, periodsOf(Math.floor(us / 1000)), asked, standing, idle).kind;
        const fitsUs = nowUs + Math.round(waitMs * 1000);
        expect([later(fitsUs - 1), later(fitsUs)]).toEqual(['refused', 'admitted']);
      }),
    );
  });

  test('an order that ends leaves nothing behind but what it cost, on its own day and month', () => {
    fc.assert(
      fc.property(
        anyAllowances,
        anyAsk,
        fc.nat(200_000),
        fc.nat(10),
        (allowances, asked, costMicroUsd, delivered) => {
          const decision = decided(allowances, asked);
          fc.pre(decision.kind === 'admitted');
          if (decision.kind !== 'admitted') return;
          const order = {
            createdAtMs: nowMs,
            imagesRequested: asked.images,
            reservedMicroUsd: asked.reservedMicroUsd,
            wasLost: false,
          };
          for (const [index, { counters }] of decision.changed.entries()) {
            const before = allowances[index]?.counters ?? unused;
            const after = settled(counters, order, { costMicroUsd, imagesDelivered: delivered });
            expect(after.openOrders).toBe(before.openOrders);
            expect(after.totalUsedMicroUsd).toBe(before.totalUsedMicroUsd + costMicroUsd);
            const isToday = before.dayStartMs === periods.dayStartMs;
            expect(after.dayUsedMicroUsd).toBe((isToday ? before.dayUsedMicroUsd : 0) + costMicroUsd);
            expect(after.dayImages).toBe(
              (isToday ? before.dayImages : 0) + Math.min(delivered, asked.images),
            );
            const tomorrow = { ...counters, dayStartMs: nowMs + 1, dayUsedMicroUsd: 5, dayImages: 5 };
            expect(settled(tomorrow, order, { costMicroUsd, imagesDelivered: 0 })).toMatchObject({
              dayUsedMicroUsd: 5,
              dayImages: 5,
            });
            const lost = settled(counters, { ...order, wasLost: true }, { costMicroUsd, imagesDelivered: 0 });
            expect(lost.openOrders).toBe(counters.openOrders);
          }
        },
      ),
    );
  });
});
