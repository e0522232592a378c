import type { Usage } from '../api/types.ts';
import { nameOf, othersText, type Split } from './split-sums.ts';
import type { Measure } from './usage-search.ts';

export interface Series {
  readonly name: string;
  /** One amount for each day. */
  readonly amounts: readonly number[];
  readonly total: number;
  /** Of the eight, from 1. */
  readonly colour: number;
}

/** As many as can be told apart; the rest is one more. */
const mostSeries = 7;
const colours = 7;
const otherColour = 8;

/** The amounts of each group by day: the largest groups by themselves, the others together. */
export function splitDays(
  { rows }: Pick<Usage, 'rows'>,
  days: readonly string[],
  {
    split,
    measure,
    nameless,
  }: {
    readonly split: Split | undefined;
    readonly measure: Measure | 'sandbox_cost_micro_usd';
    readonly nameless: string;
  },
): Series[] {
  const groups = new Map<string, number[]>();
  const untold = days.map(() => 0);
  let others = 0;
  for (const row of rows) {
    const at = days.indexOf(row.day ?? '');
    if (at === -1) continue;
    others = Math.max(others, row.others ?? 0);
    const name = split === undefined ? '' : nameOf(row, split, nameless);
    const amounts = row.others === undefined ? (groups.get(name) ?? days.map(() => 0)) : untold;
    amounts[at] = (amounts[at] ?? 0) + Number(row[measure]);
    if (row.others === undefined) groups.set(name, amounts);
  }
  const all = [...groups]
    .map(([name, amounts]) => ({ name, amounts, total: sum(amounts) }))
    .toSorted((one, two) => two.total - one.total || (one.name < two.name ? -1 : 1));
  const shown = all.slice(0, mostSeries);
  const rest = all.slice(mostSeries);
  const taken = new Set<number>();
  const series = shown.map((one) => ({ ...one, colour: freeColour(one.name, taken) }));
  const count = rest.length + others;
  if (count === 0) return series;
  const amounts = untold.map((amount, at) => amount + sum(rest.map((one) => one.amounts[at] ?? 0)));
  return [...series, { name: othersText(count), amounts, total: sum(amounts), colour: otherColour }];
}

const sum = (amounts: readonly number[]): number => amounts.reduce((whole, amount) => whole + amount, 0);

/** The colour a name has on every page, unless a larger group of this plot has it. */
function freeColour(name: string, taken: Set<number>): number {
  let colour = 0;
  for (const character of name) colour = (colour * 31 + (character.codePointAt(0) ?? 0)) % colours;
  while (taken.has(colour)) colour = (colour + 1) % colours;
  taken.add(colour);
  return colour + 1;
}
