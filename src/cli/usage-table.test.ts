import { expect, test } from 'vitest';
import { reportOf, usageTotals } from '../../test/support/usage-totals.ts';
import { formatUsageTables } from './usage-table.ts';

test('the table lines up, names keys and ends with the sum', () => {
  const report = reportOf(
    ['key'],
    [usageTotals('key_1'), usageTotals('key_2', { costMicroUsd: 1_000_000n }, 1)],
    new Map([['key_1', 'Büro 12']]),
  );
  expect(formatUsageTables([report])).toBe(
    `Key      Orders  Images  Refused  Failed  Canceled  Unknown  Tokens in  Tokens out     Cost
-------------------------------------------------------------------------------------------
Büro 12       4       3        1       0         0        0         40        3400  $0.1344
key_2         5       3        1       0         0        1         40        3400  $1.0000
-------------------------------------------------------------------------------------------
total         9       6        2       0         0        1         80        6800  $1.1344

1 order was cut off when the server died, counted at the reserved price.
`,
  );
});

test('groups stand in columns of their own, what has none as a dash, and the sandbox apart', () => {
  const rows = [
    usageTotals('', { groups: [null, '2026-11-23'], sandboxCostMicroUsd: 10_000n }),
    usageTotals('', { groups: ['ada', '2026-11-23'] }),
  ];
  const report = reportOf(['user', 'day'], rows, new Map([['ada', 'no key']]));
  expect(formatUsageTables([report])).toBe(
    `User   Day (Asia/Kolkata)  Orders  Images  Refused  Failed  Canceled  Unknown  Tokens in  Tokens out     Cost  Sandbox
----------------------------------------------------------------------------------------------------------------------
-      2026-11-23               4       3        1       0         0        0         40        3400  $0.1344    $0.01
ada    2026-11-23               4       3        1       0         0        0         40        3400  $0.1344    $0.00
----------------------------------------------------------------------------------------------------------------------
total                           8       6        2       0         0        0         80        6800  $0.2688    $0.01

Sandbox: what Google would have taken. Nothing was charged.
`,
  );
});

test('what projects are charged stands beside what it cost, where that is another amount', () => {
  const report = reportOf(
    ['project'],
    [usageTotals('proj_1', { chargedMicroUsd: 151_200n }), usageTotals('proj_2')],
  );
  expect(formatUsageTables([report])).toBe(
    `Project  Orders  Images  Refused  Failed  Canceled  Unknown  Tokens in  Tokens out     Cost  Charged
----------------------------------------------------------------------------------------------------
shop          4       3        1       0         0        0         40        3400  $0.1344  $0.1512
proj_2        4       3        1       0         0        0         40        3400  $0.1344  $0.1344
----------------------------------------------------------------------------------------------------
total         8       6        2       0         0        0         80        6800  $0.2688  $0.2856

Charged: the cost with the markup of its project.
`,
  );
});

test('several tables of the same orders have their notes once, at the end', () => {
  const report = reportOf(['key'], [usageTotals('key_1', { sandboxCostMicroUsd: 1n }, 2)]);
  const text = formatUsageTables([report, report]);
  expect(text.match(/^total /gm)).toHaveLength(2);
  expect(text.split('\n\n').slice(1)).toEqual([
    expect.stringMatching(/^Key /) as string,
    'Sandbox: what Google would have taken. Nothing was charged.\n2 orders were cut off when the server died, counted at the reserved price.\n',
  ]);
});

test('a period without orders says so', () => {
  expect(formatUsageTables([reportOf(['day'], [])])).toBe('No orders in this period.\n');
});

test('no control character of a name reaches the terminal', () => {
  expect(formatUsageTables([reportOf(['model'], [usageTotals('a\u001b[31m\nb')])])).toContain(
    'a\\u001b[31m\\u000ab',
  );
});

test('sums that a number would round are printed to the micro-dollar', () => {
  const huge = { costMicroUsd: 2n ** 53n + 1n, outputTokens: 2n ** 70n };
  const report = reportOf(['key'], [usageTotals('key_1', huge), usageTotals('key_2', huge)]);
  expect(formatUsageTables([report])).toContain('$18014398509.481986');
});
