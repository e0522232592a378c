import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMicroUsd } from './money.ts';

test.each([
  [0, '$0.00'],
  [1, '$0.000001'],
  [10_000, '$0.01'],
  [12_345, '$0.012345'],
  [120_000, '$0.12'],
  [123_400, '$0.1234'],
  [1_000_000, '$1.00'],
  [1_234_567_890, '$1234.56789'],
  [-38_703, '-$0.038703'],
])('%i micro-USD is shown as %s', (amount, text) => {
  expect(formatMicroUsd(amount)).toBe(text);
});

test('what is shown is the exact amount, with at least two digits of cents', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e15, max: 1e15 }), (amount) => {
      const text = formatMicroUsd(amount);
      const [, sign = '', dollars = '', fraction = ''] = /^(-?)\$(\d+)\.(\d{2,6})$/.exec(text) ?? [];
      const micro = BigInt(dollars) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
      expect(sign === '-' ? -micro : micro).toBe(BigInt(amount));
      expect(fraction.length === 2 || !fraction.endsWith('0')).toBe(true);
    }),
  );
});
