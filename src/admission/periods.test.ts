import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPeriods } from './periods.ts';

const hourMs = 3_600_000;
const at = (text: string): number => Date.parse(text);
const named = (zone: string, text: string) => {
  const periods = createPeriods(zone)(at(text));
  return [periods.dayStartMs, periods.dayEndMs, periods.monthStartMs, periods.monthEndMs].map((ms) =>
    new Date(ms).toISOString().replace(':00.000Z', ''),
  );
};

test('days and months are those of the zone', () => {
  expect(named('UTC', '2026-11-26T00:00:00Z')).toEqual([
    '2026-11-26T00:00',
    '2026-11-27T00:00',
    '2026-11-01T00:00',
    '2026-12-01T00:00',
  ]);
  expect(named('UTC', '2026-12-31T23:59:59.999Z')[3]).toBe('2027-01-01T00:00');
  expect(named('Asia/Shanghai', '2026-11-30T16:00:00Z')).toEqual([
    '2026-11-30T16:00',
    '2026-12-01T16:00',
    '2026-11-30T16:00',
    '2026-12-31T16:00',
  ]);
  expect(named('Asia/Kathmandu', '2026-01-01T00:00:00Z')[0]).toBe('2025-12-31T18:15');
});

test('UTC, which is reckoned without time zones, has the days and months that Intl gives it', () => {
  fc.assert(
    fc.property(fc.integer({ min: at('1970-01-05T00:00Z'), max: at('2400-01-01T00:00Z') }), (ms) => {
      expect(createPeriods('UTC')(ms)).toEqual(createPeriods('Etc/GMT')(ms));
    }),
  );
});

test('the days on which clocks change have 23 and 25 hours', () => {
  const lengthOf = (text: string): number => {
    const { dayStartMs, dayEndMs } = createPeriods('Europe/Berlin')(at(text));
    return (dayEndMs - dayStartMs) / hourMs;
  };
  expect(['2026-03-29T12:00Z', '2026-10-25T12:00Z', '2026-06-01T12:00Z'].map(lengthOf)).toEqual([23, 25, 24]);
});

test('a date that a zone left out is no day', () => {
  expect(named('Pacific/Apia', '2011-12-30T12:00:00Z').slice(0, 2)).toEqual([
    '2011-12-30T10:00',
    '2011-12-31T10:00',
  ]);
  expect(named('Pacific/Apia', '2011-12-30T09:00:00Z')[1]).toBe('2011-12-30T10:00');
});

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'America/Sao_Paulo',
  'Africa/Cairo',
  'Asia/Tehran',
  'America/Los_Angeles',
  'Atlantic/Azores',
  'Africa/Casablanca',
];

test('every moment belongs to exactly one day and one month, and starts never fall, in sixteen zones', () => {
  const moment = fc.integer({ min: at('2005-01-01'), max: at('2035-01-01') });
  fc.assert(
    fc.property(fc.constantFrom(...zones), moment, fc.nat(50 * hourMs), (zone, ms, stepMs) => {
      const periodsOf = createPeriods(zone);
      const here = createPeriods(zone)(ms);
      expect(here.dayStartMs).toBeLessThanOrEqual(ms);
      expect(here.dayEndMs).toBeGreaterThan(ms);
      expect(here.monthStartMs).toBeLessThanOrEqual(here.dayStartMs);
      expect(here.monthEndMs).toBeGreaterThanOrEqual(here.dayEndMs);
      expect(createPeriods(zone)(here.dayStartMs)).toEqual(here);
      expect(createPeriods(zone)(here.dayEndMs - 1)).toEqual(here);
      expect(createPeriods(zone)(here.dayEndMs).dayStartMs).toBe(here.dayEndMs);
      expect(createPeriods(zone)(here.monthEndMs).monthStartMs).toBe(here.monthEndMs);
      // One that remembers says the same as one that does not.
      periodsOf(ms);
      expect(periodsOf(ms + stepMs)).toEqual(createPeriods(zone)(ms + stepMs));
      expect(createPeriods(zone)(ms + stepMs).dayStartMs).toBeGreaterThanOrEqual(here.dayStartMs);
    }),
    { numRuns: 300 },
  );
});

test('a midnight that comes twice ends one day and begins one', () => {
  // Clocks in St John's went from 00:01 back to 23:01 on this night.
  const periodsOf = createPeriods('America/St_Johns');
  const starts = new Set<number>();
  for (let ms = at('2010-11-06T12:00Z'); ms < at('2010-11-08T12:00Z'); ms += 60_000)
    starts.add(periodsOf(ms).dayStartMs);
  expect(starts.size).toBe(3);
});
