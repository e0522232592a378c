import type { BookedAdjustment } from '../admission/allowance-store.ts';
import { allowanceId, subjectIdOf } from '../admission/allowance-ids.ts';
import { newId } from '../kernel/ids.ts';
import type { MicroUsd } from '../kernel/money.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { type Administration, audited } from './administration.ts';
import { type AllowanceAddress, allowanceOwner, partOf } from './allowance-address.ts';

export interface AdjustmentWish {
  readonly address: AllowanceAddress;
  /** More room when it is positive, less when it is negative. */
  readonly amountMicroUsd: MicroUsd;
  readonly reason: string;
  /** The same key again is the same adjustment. */
  readonly idempotencyKey?: string | undefined;
}

/** A million dollars: who means more has the unit wrong. */
export const mostAdjustedMicroUsd = 1_000_000_000_000;
export const longestReason = 500;

/**
 * Gives money back to the running day, month and total of an allowance, or takes it, with a reason: there is no way to set a
 * counter to zero. Throws `invalid_value`, `not_found` or `adjustment_key_reused`.
 */
export function adjust(
  by: Administration,
  { address, amountMicroUsd, reason, idempotencyKey }: AdjustmentWish,
): Promise<BookedAdjustment> {
  checkAmount(amountMicroUsd);
  checkReason(reason);
  return audited(by, async (records) => {
    const owner = await allowanceOwner(records, address, by.modelId);
    const atMs = by.clock.nowMs();
    const adjustment = { id: newId('adj', atMs), amountMicroUsd, reason, actor: by.actor.name, atMs };
    const told = { action: 'adjustment.add', subject: subjectIdOf(owner), about: partOf(owner) };
    const earlier =
      idempotencyKey === undefined ? undefined : await records.allowances.adjustmentOf(idempotencyKey);
    if (earlier !== undefined) {
      const isSame =
        earlier.allowanceId === allowanceId(owner) &&
        earlier.amountMicroUsd === amountMicroUsd &&
        earlier.reason === reason;
      if (isSame) return { ...told, result: earlier, before: {}, after: {} };
      throw new PlantainError(
        'adjustment_key_reused',
        'This Idempotency-Key came with another adjustment before. Choose a new one for each adjustment.',
      );
    }
    if (!(await records.allowances.credit(owner, adjustment, idempotencyKey)))
      throw new PlantainError(
        'not_found',
        'Nothing is counted there yet. Set a limit first: plantain limits set.',
      );
    return {
      ...told,
      result: { ...adjustment, allowanceId: allowanceId(owner) },
      before: null,
      after: { id: adjustment.id, amount_micro_usd: amountMicroUsd, reason },
    };
  });
}

function checkAmount(amountMicroUsd: MicroUsd): void {
  const isFitting =
    Number.isSafeInteger(amountMicroUsd) &&
    amountMicroUsd !== 0 &&
    Math.abs(amountMicroUsd) <= mostAdjustedMicroUsd;
  if (isFitting) return;
  throw new PlantainError(
    'invalid_value',
    'An adjustment is a whole number of millionths of a dollar, not 0, and at most a million dollars either way.',
    { param: 'amount_micro_usd' },
  );
}

/** Throws `invalid_value` for what is no reason that anybody could read later. */
export function checkReason(reason: string): void {
  if (reason.trim() !== '' && reason.length <= longestReason && !/\p{C}/u.test(reason)) return;
  throw new PlantainError(
    'invalid_value',
    `Give a reason of 1 to ${longestReason} characters, in one line.`,
    {
      param: 'reason',
    },
  );
}
