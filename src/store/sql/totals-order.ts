import { isTimeGroup, type TotalsBy, type UsageTotals } from '../../usage/ledger.ts';

type Order = (left: UsageTotals, right: UsageTotals) => number;

/** By their groups where a day or an hour is among them, else the dearest first. */
export function totalsOrder(by: readonly TotalsBy[]): Order {
  const byGroups = byGroupsOf(by);
  return by.some(isTimeGroup) ? byGroups : dearestFirst(byGroups);
}

const dearestFirst =
  (byGroups: Order): Order =>
  (left, right) =>
    Number(left.others !== undefined) - Number(right.others !== undefined) ||
    compare(right.costMicroUsd, left.costMicroUsd) ||
    compare(right.sandboxCostMicroUsd, left.sandboxCostMicroUsd) ||
    byGroups(left, right);

/** What has no name comes first, and the others behind all groups. */
function byGroupsOf(by: readonly TotalsBy[]): Order {
  const texts = ({ groups, others }: UsageTotals): string[] =>
    by.map((group, index) =>
      others === undefined || isTimeGroup(group) ? (groups[index] ?? '') : String.fromCodePoint(0x10_ff_ff),
    );
  return (left, right) => {
    const [mine, theirs] = [texts(left), texts(right)];
    return mine.map((text, index) => compare(text, theirs[index] ?? '')).find((one) => one !== 0) ?? 0;
  };
}

function compare<Value extends bigint | string>(left: Value, right: Value): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
