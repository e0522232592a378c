import { formatMicroUsd } from '../kernel/money.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { OrderRecord } from './claim-store.ts';
import { replayHeaders } from './answer-keeper.ts';

const param = 'Idempotency-Key';
const retryAfterSeconds = 5;

export function keyReused(): PlantainError {
  const message =
    'This Idempotency-Key was sent with another request before. Use a new key for a new request, or send the same body.';
  return new PlantainError('idempotency_key_reused', message, { param });
}

export function inProgress(): PlantainError {
  const message =
    'The same request is still being fulfilled. Send it again in a few seconds to get its answer.';
  return new PlantainError('order_in_progress', message, { retryAfterSeconds });
}

/** The order of a server that ended in the middle of it. */
export function orderIsUnknown(orderId: string, record: OrderRecord | undefined): PlantainError {
  const cost = record === undefined ? '' : ` (${record.status}, ${formatMicroUsd(record.costMicroUsd)})`;
  const message = `The server was stopped in the middle of this request, and its answer is lost. Order ${orderId}${cost} may have been charged. To have it drawn again, send it as a new request, with another Idempotency-Key.`;
  return new PlantainError('order_unknown', message, { headers: replayHeaders(orderId) });
}

export function answerIsGone(orderId: string): PlantainError {
  const message = `This request was fulfilled as order ${orderId}, and its answer is not kept any more. To have it drawn again, send it as a new request, with another Idempotency-Key.`;
  return new PlantainError('answer_not_kept', message, { headers: replayHeaders(orderId) });
}
