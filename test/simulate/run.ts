import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { markdownTable } from '../../docs/generator/markdown-table.ts';
import { cases } from './cases.ts';
import { measureChoice } from './measure-choice.ts';
import { summarize } from './summary.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '4' }, write: { type: 'boolean', default: false } },
});
const seeds = Number(values.seeds);
if (!Number.isInteger(seeds) || seeds < 1)
  throw new RangeError('--seeds takes a number of hours to simulate, from 1.');

const rows: string[][] = [];
for (const given of cases) {
  const { name, failedPercent, p95S, callsPerOrder, limitedPerOrder, latePercent } = await summarize(
    given,
    seeds,
  );
  rows.push([
    name,
    failedPercent.toFixed(2),
    p95S.toFixed(0),
    callsPerOrder.toFixed(2),
    limitedPerOrder.toFixed(2),
    latePercent.toFixed(0),
  ]);
}
const head = [
  'Case',
  'Failed %',
  'p95 s',
  'Calls an order',
  '429s an order',
  'First upstream’s late share %',
];
const table = markdownTable(head, rows);
console.log(table);
const { microseconds } = await measureChoice();
console.log(`\nA choice over 8 upstreams × 10 models takes ${microseconds.toFixed(1)} µs of processor time.`);
if (values.write) {
  const page = new URL('../../docs/failover.md', import.meta.url);
  const [before = ''] = readFileSync(page, 'utf8').split('<!-- results -->');
  writeFileSync(page, `${before}<!-- results -->\n\n${table}\n`);
}
