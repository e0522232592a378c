import { afterAll, beforeAll, expect, test } from 'vitest';
import { exactMoneyColumn, moneyColumn } from '../../web/src/words/format.ts';
import { type OpenConsole, openConsole } from './support/open-console.ts';

let opened: OpenConsole;
beforeAll(async () => {
  opened = await openConsole('studio');
});
afterAll(() => opened.close());

const decimalsOf = (amounts: readonly string[]): number[] => [
  ...new Set(amounts.map((amount) => amount.split('.')[1]?.length ?? 0)),
];

test.each([
  [
    [0, 12_400_000, 1_000_000],
    ['$0.00', '$12.40', '$1.00'],
  ],
  [
    [39_000, 0, 12_400_000],
    ['$0.0390', '$0.0000', '$12.4000'],
  ],
  [
    [431, 33_609],
    ['$0.000431', '$0.033609'],
  ],
  [[-999_999], ['-$1.0000']],
  [[], []],
])('amounts %j of a column have the same decimals, as many as the smallest needs', (amounts, shown) => {
  expect(amounts.map(moneyColumn(amounts))).toEqual(shown);
});

test('a column of exact amounts has the decimals of the most exact one', () => {
  for (const [amounts, shown] of [
    [
      [500_001, 12_000_000],
      ['$0.500001', '$12.000000'],
    ],
    [
      [100_000, 39_000],
      ['$0.100', '$0.039'],
    ],
    [
      [0, 5_000_000],
      ['$0.00', '$5.00'],
    ],
  ] as const)
    expect(amounts.map(exactMoneyColumn(amounts))).toEqual(shown);
});

test('costs of the orders have the same decimals in every row, and are exact when pointed at', async () => {
  const { page } = opened;
  for (const [index, prompt] of ['An owl', 'An owl [scenario: safety]'].entries()) {
    await page.getByLabel('Prompt', { exact: true }).fill(prompt);
    await page.getByLabel('Prompt', { exact: true }).press('Control+Enter');
    await expect
      .poll(() => page.locator('article[data-state=done], article[data-state=failed]').count(), {
        timeout: 20_000,
      })
      .toBe(index + 1);
  }
  await page.getByRole('link', { name: 'Orders' }).click();
  const costs = page.locator('table.orders tbody td:last-child');
  await expect.poll(() => costs.count()).toBe(2);
  await expect.poll(async () => decimalsOf(await costs.allInnerTexts())).toHaveLength(1);
  const titles = await costs
    .locator('span')
    .evaluateAll((spans) => spans.map((span) => span.getAttribute('title')));
  expect(titles.every((title) => /^\$0\.\d{2,6}$/.test(title ?? ''))).toBe(true);
});
