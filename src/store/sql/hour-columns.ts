import { type RawBuilder, sql } from 'kysely';
import { ledgerStatuses } from '../../usage/ledger.ts';
import { type GivenColumn, text, whole } from './many-rows.ts';

export const hourMs = 3_600_000;
export const billion = 1_000_000_000;

export const closedStatuses = ledgerStatuses.filter((status) => status !== 'open');
export const hourImages = ['images_requested', 'images_delivered'] as const;
export const hourAmounts = [
  'input_tokens',
  'output_tokens',
  'output_image_tokens',
  'cost_micro_usd',
  'charged_micro_usd',
] as const;

/** An amount of a row of the ledger: of an order without a markup the cost is what was charged. */
export const ledgerAmount = (name: (typeof hourAmounts)[number]): RawBuilder<unknown> =>
  name === 'charged_micro_usd' ? sql`coalesce(charged_micro_usd, cost_micro_usd)` : sql`${sql.ref(name)}`;

/** What a row adds up, in the order of `UsageHours`: an amount is two columns, whole billions beside the rest. */
export const hourSums: readonly string[] = [
  ...closedStatuses.map((status) => `${status}_orders`),
  ...hourImages,
  ...hourAmounts.flatMap((name) => [name, `${name}_billions`]),
];

/** In the order of `UsageHours`. */
export const hourColumns: readonly GivenColumn[] = [
  whole('hour_ms'),
  text('key_id'),
  text('project_id'),
  text('model'),
  text('upstream'),
  ...hourSums.map(whole),
];
