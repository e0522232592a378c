import { expect, test } from 'vitest';
import type { UsageTotals } from '../usage/ledger.ts';
import { formatUsageCsv, formatUsageJson, formatUsageTable, usageReport } from './usage-report.ts';

function totals(group: string, fields: Partial<UsageTotals> = {}, unknown = 0): UsageTotals {
  const byStatus = { open: 0, succeeded: 3, partial: 0, refused: 1, failed: 0, canceled: 0, unknown };
  const sums = {
    orders: 4 + unknown,
    imagesRequested: 5,
    imagesDelivered: 3,
    inputTokens: 40n,
    outputTokens: 3400n,
    outputImageTokens: 3360n,
    costMicroUsd: 134_400n,
    sandboxCostMicroUsd: 0n,
  };
  return { groups: [group], ...sums, byStatus, ...fields };
}

test('the table lines up, names keys and ends with the sum', () => {
  const report = usageReport(
    ['key'],
    [totals('key_1'), totals('key_2', { costMicroUsd: 1_000_000n }, 1)],
    new Map([['key_1', 'Büro 12']]),
  );
  expect(formatUsageTable(report)).toBe(
    `Key      Orders  Images  Refused  Failed  Canceled  Unknown  Tokens in  Tokens out     Cost
-------------------------------------------------------------------------------------------
Büro 12       4       3        1       0         0        0         40        3400  $0.1344
key_2         5       3        1       0         0        1         40        3400    $1.00
-------------------------------------------------------------------------------------------
total         9       6        2       0         0        1         80        6800  $1.1344

1 order was cut off when the server died, counted at the reserved price.
`,
  );
});

test('groups stand in columns of their own, what has none as a dash, and the sandbox apart', () => {
  const rows = [
    totals('', { groups: [null, '2026-11-23'], sandboxCostMicroUsd: 10_000n }),
    totals('', { groups: ['ada', '2026-11-23'] }),
  ];
  const report = usageReport(['user', 'day'], rows, new Map([['ada', 'no key']]));
  expect(formatUsageTable(report)).toBe(
    `User   Day (UTC)   Orders  Images  Refused  Failed  Canceled  Unknown  Tokens in  Tokens out     Cost  Sandbox
--------------------------------------------------------------------------------------------------------------
-      2026-11-23       4       3        1       0         0        0         40        3400  $0.1344    $0.01
ada    2026-11-23       4       3        1       0         0        0         40        3400  $0.1344    $0.00
--------------------------------------------------------------------------------------------------------------
total                   8       6        2       0         0        0         80        6800  $0.2688    $0.01

Sandbox: what Google would have taken. Nothing was charged.
`,
  );
  expect(formatUsageCsv(report).split('\r\n').slice(0, 2)).toEqual([
    expect.stringMatching(/^user,day,orders,/) as string,
    expect.stringMatching(/^,2026-11-23,4,5,3,40,3400,3360,134400,10000,/) as string,
  ]);
});

test('a period without orders says so', () => {
  expect(formatUsageTable(usageReport(['day'], []))).toBe('No orders in this period.\n');
});

test('no control character of a name reaches the terminal', () => {
  expect(formatUsageTable(usageReport(['model'], [totals('a\u001b[31m\nb')]))).toContain(
    'a\\u001b[31m\\u000ab',
  );
});

test('CSV has a header, whole micro-USD, and every status', () => {
  const [header, row, end] = formatUsageCsv(usageReport(['day'], [totals('2026-11-23', {}, 2)])).split(
    '\r\n',
  );
  expect(header).toBe(
    'day,orders,images_requested,images_delivered,input_tokens,output_tokens,output_image_tokens,cost_micro_usd,sandbox_cost_micro_usd,open_orders,succeeded_orders,partial_orders,refused_orders,failed_orders,canceled_orders,unknown_orders',
  );
  expect(row).toBe('2026-11-23,6,5,3,40,3400,3360,134400,0,0,3,0,1,0,0,2');
  expect(end).toBe('');
});

test('CSV cells are quoted, and none starts a formula in a spreadsheet', () => {
  const cell = (group: string) =>
    formatUsageCsv(usageReport(['key'], [totals(group)]))
      .split('\r\n')
      .slice(1)
      .join('\r\n')
      .split(',4,5,')[0];
  expect(cell('a,"b"')).toBe('"a,""b"""');
  expect(cell('=HYPERLINK("x")')).toBe(`"'=HYPERLINK(""x"")"`);
  expect(cell('@x')).toBe("'@x");
});

test('JSON carries every sum as a number, and the sum of all', () => {
  const report = JSON.parse(
    formatUsageJson(
      usageReport(['key'], [totals('key_1'), totals('key_2')], new Map([['key_1', 'website']])),
    ),
  );
  expect(report.by).toBe('key');
  expect(report.rows[0]).toStrictEqual({
    key: 'website',
    orders: 4,
    images_requested: 5,
    images_delivered: 3,
    input_tokens: 40,
    output_tokens: 3400,
    output_image_tokens: 3360,
    cost_micro_usd: 134_400,
    sandbox_cost_micro_usd: 0,
    by_status: { open: 0, succeeded: 3, partial: 0, refused: 1, failed: 0, canceled: 0, unknown: 0 },
  });
  expect(report.total).toMatchObject({
    orders: 8,
    cost_micro_usd: 268_800,
    by_status: { succeeded: 6, refused: 2 },
  });
  expect(report.total).not.toHaveProperty('key');
});

test('sums that a number would round are printed to the micro-dollar', () => {
  const huge = { costMicroUsd: 2n ** 53n + 1n, outputTokens: 2n ** 70n };
  const report = usageReport(['key'], [totals('key_1', huge), totals('key_2', huge)]);
  expect(formatUsageTable(report)).toContain('$18014398509.481986');
  expect(formatUsageCsv(report)).toContain(',9007199254740993,');
  expect(JSON.parse(formatUsageJson(report)).total).toMatchObject({
    cost_micro_usd: '18014398509481986',
    output_tokens: (2n ** 71n).toString(),
    input_tokens: 80,
  });
});
