import type { Key, Project } from '../api/types.ts';
import { moneyColumn } from '../words/format.ts';

type Using = Pick<Key | Project, 'usage'>;

const shown = ['day_micro_usd', 'month_micro_usd'] as const;

/** What was used of it in the running day or month. */
export const usedOf = ({ usage }: Using, name: (typeof shown)[number]): number => usage[name]?.used ?? 0;

/** How the columns of today and of this month show their amounts. */
export function usedColumns(rows: readonly Using[]) {
  const [day, month] = shown;
  return [
    moneyColumn(rows.map((row) => usedOf(row, day))),
    moneyColumn(rows.map((row) => usedOf(row, month))),
  ] as const;
}
