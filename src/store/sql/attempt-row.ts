import type { Selectable } from 'kysely';
import type { CallFault, CallPhase, CallVerdict } from '../../journey/call.ts';
import type { LedgerAttempt, UsageSource } from '../../usage/ledger.ts';
import type { PriceLine } from '../../usage/price-lines.ts';
import type { AttemptsTable } from './database-schema.ts';
import { type GivenColumn, text, whole } from './many-rows.ts';

/** An attempt as its row, the `ordinal`-th of its order, from 1. */
export function toAttemptRow(orderId: string, ordinal: number, attempt: LedgerAttempt): AttemptsTable {
  return {
    order_id: orderId,
    ordinal,
    upstream: attempt.upstream,
    model: attempt.model,
    started_at_ms: attempt.startedAtMs,
    ended_at_ms: attempt.endedAtMs,
    verdict: attempt.verdict,
    phase: attempt.phase,
    fault: attempt.fault,
    http_status: attempt.httpStatus,
    error_code: attempt.errorCode,
    input_tokens: attempt.inputTokens,
    output_tokens: attempt.outputTokens,
    output_image_tokens: attempt.outputImageTokens,
    usage_source: attempt.usageSource,
    cost_micro_usd: attempt.costMicroUsd,
    price_id: attempt.priceId,
    price_lines: attempt.priceLines.length === 0 ? null : JSON.stringify(attempt.priceLines),
  };
}

export function toAttempt(row: Selectable<AttemptsTable>): LedgerAttempt {
  return {
    upstream: row.upstream,
    model: row.model,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    verdict: row.verdict as CallVerdict,
    phase: row.phase as CallPhase,
    fault: row.fault as CallFault | null,
    httpStatus: row.http_status,
    errorCode: row.error_code,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    outputImageTokens: row.output_image_tokens,
    usageSource: row.usage_source as UsageSource,
    costMicroUsd: row.cost_micro_usd,
    priceId: row.price_id,
    priceLines: row.price_lines === null ? [] : (JSON.parse(row.price_lines) as readonly PriceLine[]),
  };
}

/** In the order of `toAttemptRow`. */
export const attemptColumns: readonly GivenColumn[] = [
  text('order_id'),
  whole('ordinal'),
  text('upstream'),
  text('model'),
  whole('started_at_ms'),
  whole('ended_at_ms'),
  text('verdict'),
  text('phase'),
  text('fault'),
  whole('http_status'),
  text('error_code'),
  whole('input_tokens'),
  whole('output_tokens'),
  whole('output_image_tokens'),
  text('usage_source'),
  whole('cost_micro_usd'),
  text('price_id'),
  text('price_lines'),
];
