import { expect, test } from 'vitest';
import { dayInZone, isTimeZone, zoneDay } from './zone-day.ts';
import { zoneOffsets } from './zone-offsets.ts';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/Havana',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Pacific/Apia',
];
const hourMs = 3_600_000;

test.each(zones)(
  'what clocks of %s show at every quarter of an hour of three years is what Intl says',
  (timeZone) => {
    const [fromMs, toMs] = [Date.UTC(2010, 11, 31), Date.UTC(2014, 0, 1)];
    const offsets = zoneOffsets(timeZone, fromMs, toMs);
    const clock = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'short',
    });
    const utc = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'short' });
    let wrong = 0;
    for (let at = fromMs; at < toMs; at += hourMs / 4) {
      const offset = offsets.findLast((one) => one.fromMs <= at)?.offsetMs ?? 0;
      if (clock.format(at) !== utc.format(at + offset)) wrong++;
    }
    expect(wrong).toBe(0);
  },
);

test.each(zones)('a day of %s begins with its first millisecond', (timeZone) => {
  const date = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  for (let day = Date.UTC(2026, 0, 1); day < Date.UTC(2027, 0, 1); day += 24 * hourMs) {
    const name = new Date(day).toISOString().slice(0, 10);
    const start = zoneDay(timeZone, day);
    expect([date.format(start), date.format(start - 1) < name]).toEqual([name, true]);
    expect(dayInZone(timeZone, start)).toBe(day);
    expect(dayInZone(timeZone, start - 1)).toBe(day - 24 * hourMs);
  }
});

test('a day that a zone left out begins where the next one does', () => {
  expect(zoneDay('Pacific/Apia', Date.UTC(2011, 11, 30))).toBe(
    zoneDay('Pacific/Apia', Date.UTC(2011, 11, 31)),
  );
});

test('names of zones are those of the list, in any case', () => {
  expect(['asia/kolkata', 'UTC', 'Mars/Base', ''].map(isTimeZone)).toEqual([true, true, false, false]);
});
