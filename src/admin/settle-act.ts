import { chargedFor } from '../journey/receipt.ts';
import type { LedgerRow } from '../usage/ledger.ts';
import { formatMicroUsd, type MicroUsd } from '../kernel/money.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { checkReason, mostAdjustedMicroUsd } from './adjustment-acts.ts';
import { type Administration, audited } from './administration.ts';

/** What an operator knows of an order that a server was killed under. */
export interface SettlementWish {
  readonly costMicroUsd: MicroUsd;
  readonly imagesDelivered: number;
  readonly reason: string;
}

/**
 * Says what an `unknown` order cost, in its row and in all that it counts in; answers with the row as it was and as it is.
 * Throws `invalid_value`, `not_found`, or `state_conflict` of one whose end is known, or is yet to come.
 */
export async function settleOrder(
  by: Administration,
  id: string,
  { costMicroUsd, imagesDelivered, reason }: SettlementWish,
): Promise<{ readonly before: LedgerRow; readonly after: LedgerRow }> {
  checkCost(costMicroUsd);
  checkReason(reason);
  return audited(by, async (records) => {
    const settlement = {
      costMicroUsd,
      imagesDelivered,
      reason,
      actor: by.actor.name,
      atMs: by.clock.nowMs(),
    };
    const found = await records.settleUnknown(id, settlement);
    if (found === undefined)
      throw new PlantainError('not_found', 'There is no order of that id in the ledger.');
    const { before, after } = found;
    if (after === undefined) throw isNotUnknown(before);
    return {
      result: { before, after },
      action: 'order.settle',
      subject: before.id,
      before: outcomeDocument(before),
      after: outcomeDocument(after),
      about: { reason },
    };
  });
}

function outcomeDocument(row: LedgerRow) {
  return {
    status: row.status,
    cost_micro_usd: row.costMicroUsd,
    charged_micro_usd: chargedFor(row),
    images_delivered: row.imagesDelivered,
  };
}

function isNotUnknown({ id, status, costMicroUsd }: LedgerRow): PlantainError {
  return new PlantainError(
    'state_conflict',
    status === 'open'
      ? `${id} is open: a server is at work on it, and will tell what it cost.`
      : `${id} is settled: it is ${status} and cost ${formatMicroUsd(costMicroUsd)}.`,
  );
}

function checkCost(costMicroUsd: MicroUsd): void {
  const isFitting =
    Number.isSafeInteger(costMicroUsd) && costMicroUsd >= 0 && costMicroUsd <= mostAdjustedMicroUsd;
  if (isFitting) return;
  throw new PlantainError(
    'invalid_value',
    'An order costs a whole number of millionths of a dollar, 0 or more, and at most a million dollars.',
    { param: 'cost_micro_usd' },
  );
}
