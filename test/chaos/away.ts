import { type AwayCase, awayCases } from './away/away-cases.ts';
import { type AwayResult, measureAway, type SeenAnswer } from './away/measure-away.ts';
import type { ChaosReport, Experiment } from './experiment.ts';

/** What a server does while its database is stopped, killed, frozen or full. */
export const away: Experiment = {
  summary:
    'a database that is stopped, killed, frozen, full or locked: what callers get, what is settled, what is paid',
  maxMinutes: () => 10,
  page: 'budgets.md',
  async run({ only, log }): Promise<ChaosReport> {
    const rows: (readonly string[])[] = [];
    const broken: string[] = [];
    for (const [name, own] of Object.entries<AwayCase>(awayCases)) {
      if (only !== undefined && !only.includes(name)) continue;
      log(own.name);
      const result = await measureAway(own);
      rows.push(rowOf(own, result));
      broken.push(...awayFaults(result).map((fault) => `${name}: ${fault}`));
    }
    return { header, rows, notes: [], broken };
  },
};

const header = [
  '',
  'an order that comes meanwhile',
  '`/readyz`',
  'pictures being drawn',
  'their rows, once it is back',
  'a delivered one sent again',
  'calls, rows that cost',
];

function rowOf({ name }: AwayCase, result: AwayResult): string[] {
  const { refused, readyz, drawn, settledAfterMs, again, calls, paidRows } = result;
  const settled = Object.entries(result.statuses).map(([status, count]) => `${String(count)} ${status}`);
  return [
    name,
    [...new Set(refused.map((answer) => `${textOf(answer)} after ${seconds(answer.afterMs)}`))].join('; '),
    String(readyz),
    `${String(drawn.length)} × ${[...new Set(drawn.map(textOf))].join(', ')}`,
    `${settled.join(', ')}; after ${seconds(settledAfterMs)}`,
    textOf(again),
    `${String(calls)}, ${String(paidRows)}`,
  ];
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function textOf({ status, code, retryAfter, shouldRetry }: SeenAnswer): string {
  return [
    status,
    ...(code === undefined ? [] : [`\`${code}\``]),
    ...(retryAfter === undefined ? [] : [`\`retry-after: ${retryAfter}\``]),
    ...(shouldRetry === undefined ? [] : [`\`x-should-retry: ${shouldRetry}\``]),
  ].join(' ');
}

/** What must hold whatever was away; nothing when all does. */
export function awayFaults(result: AwayResult): string[] {
  const { refused, drawn, after, again, statuses, calls, paidRows, faults } = result;
  const delivered = drawn.filter(({ status }) => status === '200').length;
  const isRefusal = ({ status, code }: SeenAnswer): boolean =>
    (status === '503' && code === 'storage_unavailable') || (status === '507' && code === 'storage_full');
  return [
    ...refused
      .filter((answer) => !isRefusal(answer))
      .map((answer) => `an order meanwhile: ${textOf(answer)}`),
    ...(delivered === drawn.length ? [] : [`${String(delivered)} of ${String(drawn.length)} delivered`]),
    ...(after.status === '200' ? [] : [`an order afterwards: ${textOf(after)}`]),
    ...(again.status === '200' || again.code === 'answer_not_kept' ? [] : [`sent again: ${textOf(again)}`]),
    ...(Object.keys(statuses).every((status) => status === 'succeeded' || status === 'canceled')
      ? []
      : [`rows: ${JSON.stringify(statuses)}`]),
    // Each call is one row that costs, and each such row one call: nothing is drawn for nothing, or paid twice.
    ...(calls === paidRows && paidRows === statuses['succeeded']
      ? []
      : [`${String(calls)} calls and ${String(paidRows)} rows that cost`]),
    ...faults,
  ];
}
