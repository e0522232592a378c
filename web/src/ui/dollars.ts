/** A millionth of a dollar is what money is counted in. */
const microPerDollar = 1_000_000;

/** What stands in a field for dollars, as it is counted. */
export function microUsdOf(text: string): number {
  return Math.round(Number(text) * microPerDollar);
}

/** The same amount for such a field. */
export const dollarsOf = (microUsd: number): number => microUsd / microPerDollar;
