import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { noLimits, type Limits } from '../journey/limits.ts';
import { unused } from './allowance.ts';
import { decide } from './decide.ts';
import { limitUses } from './limit-use.ts';
import { createPeriods } from './periods.ts';

const nowMs = Date.UTC(2026, 10, 26, 12);
const periods = createPeriods('UTC')(nowMs);
const midnight = Date.UTC(2026, 10, 27);
const december = Date.UTC(2026, 11, 1);

test('of each limit it is told what is used, what is left and until when', () => {
  const limits = {
    maxOpen: 3,
    requestsPerMinute: 60,
    imagesPerMinute: 6,
    imagesPerDay: 10,
    dayMicroUsd: 100,
    monthMicroUsd: 50,
    totalMicroUsd: null,
  };
  const counters = {
    openOrders: 1,
    requestsTatUs: nowMs * 1000 + 1_500_001,
    imagesTatUs: nowMs * 1000 - 1,
    dayStartMs: periods.dayStartMs,
    dayImages: 4,
    dayUsedMicroUsd: 60,
    monthStartMs: periods.monthStartMs,
    monthUsedMicroUsd: 70,
    totalUsedMicroUsd: -5,
  };
  expect(limitUses({ limits, counters }, periods, nowMs)).toEqual({
    maxOpen: { used: 1, remaining: 2, resetsAtMs: null },
    requestsPerMinute: { used: 2, remaining: 58, resetsAtMs: nowMs + 1501 },
    imagesPerMinute: { used: 0, remaining: 6, resetsAtMs: null },
    imagesPerDay: { used: 4, remaining: 6, resetsAtMs: midnight },
    dayMicroUsd: { used: 60, remaining: 40, resetsAtMs: midnight },
    monthMicroUsd: { used: 70, remaining: 0, resetsAtMs: december },
    totalMicroUsd: { used: -5, remaining: null, resetsAtMs: null },
  });
  const later = { dayStartMs: 0, monthStartMs: 0 };
  expect(limitUses({ limits, counters: { ...counters, ...later } }, periods, nowMs)).toMatchObject({
    imagesPerDay: { used: 0, remaining: 10 },
    dayMicroUsd: { used: 0, remaining: 100 },
    monthMicroUsd: { used: 0, remaining: 50 },
  });
  expect(limitUses({ limits: noLimits, counters }, periods, nowMs)).toMatchObject({
    requestsPerMinute: { used: null, remaining: null, resetsAtMs: null },
    imagesPerDay: { used: 4, remaining: null },
  });
});

test('what is left is a number that JSON readers know exactly, also of the highest limit with a credit', () => {
  const most = Number.MAX_SAFE_INTEGER;
  const limits = { ...noLimits, totalMicroUsd: most, dayMicroUsd: most };
  const counters = { ...unused, dayStartMs: periods.dayStartMs, dayUsedMicroUsd: 1, totalUsedMicroUsd: -2 };
  expect(limitUses({ limits, counters }, periods, nowMs)).toMatchObject({
    dayMicroUsd: { used: 1, remaining: most - 1 },
    totalMicroUsd: { used: -2, remaining: most },
  });
});

test('an order is admitted exactly if what it asks for remains of every limit', () => {
  const amount = fc.nat({ max: 8 });
  const limit = fc.option(fc.integer({ min: 1, max: 8 }));
  fc.assert(
    fc.property(
      fc.record<Limits>({
        maxOpen: limit,
        requestsPerMinute: limit,
        imagesPerMinute: limit,
        imagesPerDay: limit,
        dayMicroUsd: limit,
        monthMicroUsd: limit,
        totalMicroUsd: limit,
      }),
      fc.record({
        openOrders: amount,
        requestsTatUs: fc.nat({ max: 90_000_000 }).map((us) => nowMs * 1000 + us - 20_000_000),
        imagesTatUs: fc.nat({ max: 90_000_000 }).map((us) => nowMs * 1000 + us - 20_000_000),
        dayImages: amount,
        dayUsedMicroUsd: amount,
        monthUsedMicroUsd: amount,
        totalUsedMicroUsd: amount,
        dayStartMs: fc.constantFrom(0, periods.dayStartMs),
        monthStartMs: fc.constantFrom(0, periods.monthStartMs),
      }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 4 }),
      (limits, changes, images, reservedMicroUsd) => {
        const counters = { ...unused, ...changes };
        const uses = limitUses({ limits, counters }, periods, nowMs);
        const asked = { maxOpen: 1, requestsPerMinute: 1, imagesPerMinute: images, imagesPerDay: images };
        const money = {
          dayMicroUsd: reservedMicroUsd,
          monthMicroUsd: reservedMicroUsd,
          totalMicroUsd: reservedMicroUsd,
        };
        // What is overdrawn has nothing left, and even an order without a price does not fit.
        const fits = Object.entries({ ...asked, ...money }).every(([key, amountAsked]) => {
          const name = key as keyof Limits;
          const { used, remaining } = uses[name];
          const overdrawn = remaining !== null && (used ?? 0) > (limits[name] ?? 0);
          return remaining === null || (remaining >= amountAsked && !overdrawn);
        });
        const ask = { model: 'm', requestedModel: 'm', images, reservedMicroUsd };
        const decision = decide(nowMs * 1000, periods, ask, undefined, [{ id: 'a', limits, counters }]);
        expect(decision.kind === 'admitted').toBe(fits);
      },
    ),
    { numRuns: 1000 },
  );
});
