import type { describeOrder, describeWithAttempts } from '../admin/describe-order.ts';
import { formatMicroUsd } from '../kernel/money.ts';
import { evenMoney } from './even-money.ts';
import { priceText } from './price-text.ts';
import { alignColumns, textTable } from './text-table.ts';

type Order = ReturnType<typeof describeOrder>;
type OrderWithAttempts = ReturnType<typeof describeWithAttempts>;

const heading = [
  'Arrived (UTC)',
  'Order',
  'Key',
  'Model',
  'Status',
  'Pictures',
  'Calls',
  'Upstream',
  'Took',
  'Cost',
  'Error',
];

/** Orders as a table, and how to see those that follow. */
export function ordersTable(orders: readonly Order[], limit: number): string {
  const last = orders.at(-1);
  if (last === undefined) return 'No orders.\n';
  const rows = orders.map((order) => [
    shortTime(order.created_at),
    order.id,
    order.key.name ?? order.key.id,
    order.model,
    order.status,
    `${String(order.images_delivered)}/${String(order.images_requested)}`,
    String(order.attempt_count),
    order.upstream ?? '-',
    seconds(order.duration_ms),
    formatMicroUsd(order.cost_micro_usd),
    order.error_code ?? '-',
  ]);
  const more = orders.length < limit ? '' : `\nOlder ones: plantain orders list --before ${last.id}\n`;
  return `${textTable(heading, evenMoney(rows, [heading.indexOf('Cost')]))}${more}`;
}

/** One order: its facts, and each of its upstream calls in a line. */
export function orderText(order: OrderWithAttempts): string {
  const facts: readonly (readonly [string, string])[] = [
    ['Order', order.id],
    ['Arrived', order.created_at],
    ['Status', order.error_code === null ? order.status : `${order.status}: ${order.error_code}`],
    ['Took', seconds(order.duration_ms)],
    ['Key', order.key.name === null ? order.key.id : `${order.key.name} (${order.key.id})`],
    ['End user', order.end_user ?? '-'],
    ['Operation', order.operation],
    [
      'Model',
      order.requested_model === '' ? order.model : `${order.model} (asked for: ${order.requested_model})`,
    ],
    ['Pictures', `${String(order.images_delivered)} of ${String(order.images_requested)}`],
    ['Tokens', tokens(order)],
    [
      'Cost',
      `${formatMicroUsd(order.cost_micro_usd)} (reserved: ${formatMicroUsd(order.reserved_micro_usd)})`,
    ],
    ...(order.markup_basis_points === 0
      ? []
      : ([
          [
            'Charged',
            `${formatMicroUsd(order.charged_micro_usd)} (markup: ${String(order.markup_basis_points / 100)}%)`,
          ],
        ] as const)),
  ];
  return `${alignColumns(facts).join('\n')}\n\n${attemptsText(order)}${priceText(order.attempts)}`;
}

const attemptHeading = [
  '#',
  'Upstream',
  'Model',
  'Verdict',
  'Phase',
  'Fault',
  'HTTP',
  'ms',
  'Tokens',
  'Cost',
  'Error',
];

function attemptsText({ status, attempts, attempt_count: count }: OrderWithAttempts): string {
  if (attempts.length > 0)
    return textTable(
      attemptHeading,
      evenMoney(
        attempts.map((attempt) => [
          String(attempt.ordinal),
          attempt.upstream,
          attempt.model,
          attempt.verdict,
          attempt.phase,
          attempt.fault ?? '-',
          String(attempt.http_status ?? '-'),
          String(attempt.duration_ms),
          tokens(attempt),
          formatMicroUsd(attempt.cost_micro_usd),
          attempt.error_code ?? '-',
        ]),
        [attemptHeading.indexOf('Cost')],
      ),
    );
  if (status === 'open') return 'Its upstream calls are known when it is settled.\n';
  return count > 0 || status === 'unknown'
    ? 'Its upstream calls are not known.\n'
    : 'No upstream was asked.\n';
}

function tokens(of: Pick<Order, 'input_tokens' | 'output_tokens' | 'usage_source'>): string {
  if (of.usage_source === 'none') return '-';
  const counted = `${String(of.input_tokens)} in, ${String(of.output_tokens)} out`;
  return of.usage_source === 'estimated' ? `${counted} (estimated)` : counted;
}

const seconds = (durationMs: number | null): string =>
  durationMs === null ? '-' : `${(durationMs / 1000).toFixed(1)} s`;

/** `2026-11-26T08:30:01.123Z` → `2026-11-26 08:30:01`. */
const shortTime = (time: string): string => time.slice(0, 19).replace('T', ' ');
