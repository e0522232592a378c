import { expect, test } from 'vitest';
import { evenMoney } from './even-money.ts';

test('amounts in a column have as many decimals as the most exact one; other cells stay', () => {
  expect(
    evenMoney(
      [
        ['a', '$0.033609', '$1.50'],
        ['$0.001', '$12.00', '-'],
        ['b', '-$0.50', ''],
      ],
      [1, 2],
    ),
  ).toEqual([
    ['a', '$0.033609', '$1.50'],
    ['$0.001', '$12.000000', '-'],
    ['b', '-$0.500000', ''],
  ]);
});
