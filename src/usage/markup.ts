import type { MicroUsd } from '../kernel/money.ts';

/** A hundredth of a percent. */
export type BasisPoints = number;

const whole = 10_000;

/** A project is charged at most eleven times what its orders cost. */
export const mostMarkup: BasisPoints = 100_000;

/**
 * What a project is charged for what an order costs: once for the whole order, half up. It never falls where the cost
 * rises, so that no order is charged more than was reserved for it, which is its bound with the same markup.
 */
export function withMarkup(cost: MicroUsd, markup: BasisPoints): MicroUsd {
  // In two parts, so that whole numbers stay whole: a cost times a markup may be more than a number holds.
  const rest = Math.floor(((cost % whole) * markup + whole / 2) / whole);
  return cost + Math.floor(cost / whole) * markup + rest;
}
