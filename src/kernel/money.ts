/** Money is a whole number of micro-USD (one millionth of a dollar). */
export type MicroUsd = number;

/** `12345` → `$0.012345`; whole cents keep two digits: `10000` → `$0.01`. Sums of many orders come as `bigint`. */
export function formatMicroUsd(amount: MicroUsd | bigint): string {
  const sign = amount < 0 ? '-' : '';
  const digits = amount.toString().replace('-', '').padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0{1,4}$/, '');
  return `${sign}$${digits.slice(0, -6)}.${fraction}`;
}
