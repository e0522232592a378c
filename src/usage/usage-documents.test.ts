import { expect, test } from 'vitest';
import { reportOf, usageTotals } from '../../test/support/usage-totals.ts';
import { writeUsage } from './usage-documents.ts';
import type { UsageReport } from './usage-report.ts';

const csv = (report: UsageReport): string => [...writeUsage(report, 'csv')].join('');
const json = (report: UsageReport): string => [...writeUsage(report, 'json')].join('');

test('CSV has a header, whole micro-USD, and every status', () => {
  const [header, row, end] = csv(
    reportOf(['day'], [usageTotals('2026-11-23', { chargedMicroUsd: 151_200n }, 2)]),
  ).split('\r\n');
  expect(header).toBe(
    'day,time_zone,orders,images_requested,images_delivered,input_tokens,output_tokens,output_image_tokens,cost_micro_usd,charged_micro_usd,sandbox_cost_micro_usd,open_orders,succeeded_orders,partial_orders,refused_orders,failed_orders,canceled_orders,unknown_orders',
  );
  expect(row).toBe('2026-11-23,Asia/Kolkata,6,5,3,40,3400,3360,134400,151200,0,0,3,0,1,0,0,2');
  expect(end).toBe('');
});

test('CSV cells are quoted, and none starts a formula in a spreadsheet', () => {
  const cell = (group: string) =>
    csv(reportOf(['user'], [usageTotals(group)]))
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
    json(reportOf(['key'], [usageTotals('key_1'), usageTotals('key_2')], new Map([['key_1', 'website']]))),
  );
  expect(report).toMatchObject({
    by: 'key',
    from: '1970-01-01T00:00:00.000Z',
    to: null,
    time_zone: 'Asia/Kolkata',
  });
  expect(report.rows[0]).toStrictEqual({
    key: 'website',
    key_id: 'key_1',
    orders: 4,
    images_requested: 5,
    images_delivered: 3,
    input_tokens: 40,
    output_tokens: 3400,
    output_image_tokens: 3360,
    cost_micro_usd: 134_400,
    charged_micro_usd: 134_400,
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

test('keys and projects have their ids beside their names, and what is not there is nothing', () => {
  const row = usageTotals('', { groups: ['proj_1', 'key_x', null] });
  const report = reportOf(['project', 'key', 'user'], [row]);
  expect(csv(report)).toMatch(/^project,project_id,key,key_id,user,orders,.*\r\nshop,proj_1,key_x,key_x,,4,/);
  expect(JSON.parse(json(report)).rows[0]).toMatchObject({
    project: 'shop',
    project_id: 'proj_1',
    key: 'key_x',
    key_id: 'key_x',
    user: null,
  });
});

test('long reports come in parts that are one document, JSON lines with the rows of JSON', () => {
  const rows = Array.from({ length: 1234 }, (_, index) => usageTotals(`key_${String(index)}`));
  const report = reportOf(['key'], rows);
  for (const format of ['csv', 'json', 'jsonl'] as const)
    expect([...writeUsage(report, format)].length).toBeGreaterThan(2);
  const all = JSON.parse(json(report)).rows as unknown[];
  expect(all).toHaveLength(1234);
  const lines = [...writeUsage(report, 'jsonl')].join('').trimEnd().split('\n');
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual(all);
  expect(csv(report).split('\r\n')).toHaveLength(1236);
  expect(JSON.parse(json(reportOf(['key'], [])))).toMatchObject({ rows: [], total: { orders: 0 } });
});

test('sums that a number would round are written to the micro-dollar', () => {
  const huge = { costMicroUsd: 2n ** 53n + 1n, outputTokens: 2n ** 70n };
  const report = reportOf(['key'], [usageTotals('key_1', huge), usageTotals('key_2', huge)]);
  expect(csv(report)).toContain(',9007199254740993,');
  expect(JSON.parse(json(report)).total).toMatchObject({
    cost_micro_usd: '18014398509481986',
    output_tokens: (2n ** 71n).toString(),
    input_tokens: 80,
  });
});
