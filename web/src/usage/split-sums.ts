import type { Usage } from '../api/types.ts';
import { formatNumber } from '../words/format.ts';
import { say } from '../words/say.ts';
import type { Measure, UsageSearch } from './usage-search.ts';

export type Split = Exclude<NonNullable<UsageSearch['split']>, 'none'>;
type Row = Usage['rows'][number];
const summed = ['cost_micro_usd', 'sandbox_cost_micro_usd', 'images_delivered', 'orders'] as const;

/** A group over the whole range. */
export interface GroupSums extends Record<(typeof summed)[number], number> {
  readonly name: string;
  /** Of the row of all others: how many they are. */
  readonly others: number;
}

export const nameOf = (row: Row, split: Split, nameless: string): string => row[split] ?? nameless;

export const othersText = (count: number): string =>
  count === 1 ? say('usage.others.one') : say('usage.others.other', { count: formatNumber(count) });

/** What each group used in the range, the largest first; the others, which the server has gathered, last. */
export function splitSums(
  { rows }: Pick<Usage, 'rows'>,
  split: Split,
  measure: Measure | 'sandbox_cost_micro_usd',
  nameless: string,
): GroupSums[] {
  const groups = new Map<string, GroupSums>();
  for (const row of rows) {
    const { others = 0 } = row;
    const name = others > 0 ? othersText(others) : nameOf(row, split, nameless);
    const place = JSON.stringify([others > 0, name]);
    const sums = groups.get(place) ?? { ...nothing, name, others };
    for (const field of summed) sums[field] += Number(row[field]);
    groups.set(place, sums);
  }
  return [...groups.values()].toSorted(
    (one, two) => one.others - two.others || two[measure] - one[measure] || (one.name < two.name ? -1 : 1),
  );
}

const nothing = { cost_micro_usd: 0, sandbox_cost_micro_usd: 0, images_delivered: 0, orders: 0 };
