import type { Selectable } from 'kysely';
import type { CallFault, CallPhase, CallVerdict } from '../../journey/call.ts';
import type { LedgerAttempt, UsageSource } from '../../usage/ledger.ts';
import type { PriceLine } from '../../usage/price-lines.ts';
import type { AttemptsTable } from './database-schema.ts';

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

/** Stand-ins while the query is compiled. */
export const blankAttemptRow: AttemptsTable = toAttemptRow('', 1, {
  upstream: '',
  model: '',
  startedAtMs: 0,
  endedAtMs: 0,
  verdict: 'failed',
  phase: 'unsent',
  fault: null,
  httpStatus: null,
  errorCode: null,
  inputTokens: 0,
  outputTokens: 0,
  outputImageTokens: 0,
  usageSource: 'none',
  costMicroUsd: 0,
  priceId: null,
  priceLines: [],
});
