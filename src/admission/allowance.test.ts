import { expect, test } from 'vitest';
import { noLimits } from '../journey/limits.ts';
import { type Counters, latestStart, ownOr, settled, unused, withoutOpen } from './allowance.ts';

const counters: Counters = {
  openOrders: 3,
  requestsTatUs: 1,
  imagesTatUs: 2,
  dayStartMs: 2000,
  dayImages: 10,
  dayUsedMicroUsd: 100,
  monthStartMs: 1000,
  monthUsedMicroUsd: 1000,
  totalUsedMicroUsd: 10_000,
};
const order = { createdAtMs: 2000, imagesRequested: 4, reservedMicroUsd: 50, wasLost: false };

test('at its end what an order cost stands where its reservation stood, and pictures that did not come are given back', () => {
  expect(settled(counters, order, { costMicroUsd: 20, imagesDelivered: 1 })).toEqual({
    ...counters,
    openOrders: 2,
    dayImages: 7,
    dayUsedMicroUsd: 70,
    monthUsedMicroUsd: 970,
    totalUsedMicroUsd: 9970,
  });
});

test('nobody is charged with a limit for more pictures than were asked for, nor is a lost order counted out twice', () => {
  const lost = settled(counters, { ...order, wasLost: true }, { costMicroUsd: 50, imagesDelivered: 5 });
  expect(lost).toEqual(counters);
});

test('an order belongs to the day and the month of its admission: a late end changes neither of the next', () => {
  const end = { costMicroUsd: 20, imagesDelivered: 1 };
  const ofDayBefore = settled(counters, { ...order, createdAtMs: 1999 }, end);
  expect(ofDayBefore).toMatchObject({ dayImages: 10, dayUsedMicroUsd: 100, monthUsedMicroUsd: 970 });
  const ofMonth = settled(counters, { ...order, createdAtMs: 1000 }, end);
  expect(ofMonth).toMatchObject({ dayUsedMicroUsd: 100, monthUsedMicroUsd: 970 });
  const ofMonthBefore = settled(counters, { ...order, createdAtMs: 999 }, end);
  expect(ofMonthBefore).toMatchObject({ monthUsedMicroUsd: 1000, totalUsedMicroUsd: 9970 });
});

test('without what open orders have reserved it is what orders have cost', () => {
  const open = { ...unused, dayImages: 1, dayUsedMicroUsd: 2, monthUsedMicroUsd: 3, totalUsedMicroUsd: 4 };
  expect(withoutOpen(counters, open)).toEqual({
    ...counters,
    dayImages: 9,
    dayUsedMicroUsd: 98,
    monthUsedMicroUsd: 997,
    totalUsedMicroUsd: 9996,
  });
  expect(Object.values(unused).every((count) => count === 0)).toBe(true);
});

test('the latest start is that of any day or month of any of them; of none it is 0', () => {
  const of = (dayStartMs: number, monthStartMs: number) => ({
    id: 'x',
    limits: noLimits,
    counters: { ...unused, dayStartMs, monthStartMs },
  });
  expect(latestStart([])).toBe(0);
  expect(latestStart([of(5, 3), of(2, 4)])).toBe(5);
  expect(latestStart([of(2, 3), of(2, 7)])).toBe(7);
});

test('each limit that an end user has for itself counts, also one that allows nothing; else the template’s', () => {
  const template = {
    maxOpen: 1,
    requestsPerMinute: 2,
    imagesPerMinute: 3,
    imagesPerDay: 4,
    dayMicroUsd: 5,
    monthMicroUsd: 6,
    totalMicroUsd: 7,
  };
  const own = {
    maxOpen: 0,
    requestsPerMinute: 0,
    imagesPerMinute: 0,
    imagesPerDay: 0,
    dayMicroUsd: 0,
    monthMicroUsd: 0,
    totalMicroUsd: 0,
  };
  expect(ownOr(noLimits, template)).toEqual(template);
  expect(ownOr(own, template)).toEqual(own);
  expect(ownOr(own, noLimits)).toEqual(own);
});
