import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type DurationUnit,
  formatBytes,
  formatDuration,
  parseBytes,
  parseDuration,
  parseTimeSpan,
} from './quantities.ts';

test('sizes carry binary and decimal units, and a bare number is bytes', () => {
  expect(parseBytes('256MiB')).toBe(268_435_456);
  expect(parseBytes(' 1.5 GB ')).toBe(1_500_000_000);
  expect(parseBytes('64k')).toBe(65_536);
  expect(parseBytes('1024')).toBe(1024);
  expect(parseBytes(1024)).toBe(1024);
});

test('a bare duration is in the unit of its setting, a spelled unit is converted', () => {
  expect(parseDuration('10m', 'ms')).toBe(600_000);
  expect(parseDuration(60, 'min')).toBe(60);
  expect(parseDuration('2h', 'min')).toBe(120);
  expect(parseDuration('1d', 'h')).toBe(24);
});

test('a time that people write has its unit: a bare number could mean anything', () => {
  expect(['90s', '1.5 h', '7D '].map(parseTimeSpan)).toEqual([90_000, 5_400_000, 604_800_000]);
  for (const text of ['90', '', 's', '-1s', '2026-12-31T18:00:00Z', 'now'])
    expect(parseTimeSpan(text)).toBeUndefined();
});

test('what is no amount, or no whole number of the unit, is refused', () => {
  for (const raw of [
    '',
    'lots',
    '-1',
    '1e9',
    '10 parsecs',
    '0.3',
    null,
    true,
    [],
    {},
    Number.NaN,
    -5,
    '99999999999999999999',
  ]) {
    expect(parseBytes(raw), JSON.stringify(raw)).toBeUndefined();
  }
  expect(parseDuration('90s', 'min')).toBeUndefined();
  expect(parseDuration('1.5m', 'ms')).toBe(90_000);
});

test('an amount as shown to people reads back as the same amount', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 45 }), (bytes) => parseBytes(formatBytes(bytes)) === bytes),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e9 }),
      fc.constantFrom<DurationUnit>('ms', 'min', 'h'),
      (amount, unit) => parseDuration(formatDuration(amount, unit), unit) === amount,
    ),
  );
});
