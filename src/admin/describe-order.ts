import { chargedFor } from '../journey/receipt.ts';
import { errorCatalogue } from '../kernel/error-catalogue.ts';
import type { LedgerAttempt, LedgerRow } from '../usage/ledger.ts';
import type { KnownNames } from '../usage/usage-report.ts';

const time = (atMs: number): string => new Date(atMs).toISOString();

/** An order as the admin API and `plantain orders` show it; names that are not known are null. */
export function describeOrder(row: LedgerRow, { keys, projects }: KnownNames) {
  return {
    id: row.id,
    created_at: time(row.createdAtMs),
    finished_at: row.finishedAtMs === null ? null : time(row.finishedAtMs),
    duration_ms: tookMs(row),
    status: row.status,
    operation: row.operation,
    key: { id: row.keyId, name: keys.get(row.keyId) ?? null },
    project: { id: row.projectId, name: projects.get(row.projectId) ?? null },
    model: row.model,
    requested_model: row.requestedModel,
    upstream: row.upstream,
    images_requested: row.imagesRequested,
    images_delivered: row.imagesDelivered,
    input_tokens: row.inputTokens,
    output_tokens: row.outputTokens,
    output_image_tokens: row.outputImageTokens,
    usage_source: row.usageSource,
    reserved_micro_usd: row.reservedMicroUsd,
    cost_micro_usd: row.costMicroUsd,
    charged_micro_usd: chargedFor(row),
    markup_basis_points: row.markupBasisPoints ?? 0,
    bytes_out: row.bytesOut,
    error_code: row.errorCode,
    end_user: row.endUser,
    attempt_count: row.attempts,
  };
}

/** Null while it is open, and of one whose server ended under it: when that was noticed says nothing of how long it took. */
function tookMs({ status, attempts, errorCode, createdAtMs, finishedAtMs }: LedgerRow): number | null {
  // What a server told of its end has a call or an error, unlike what was settled by hand.
  const wasLost = status === 'unknown' || (attempts === 0 && errorCode === null);
  return wasLost || finishedAtMs === null ? null : durationMs(createdAtMs, finishedAtMs);
}

/** The same with its upstream calls. */
export function describeWithAttempts(row: LedgerRow, names: KnownNames, attempts: readonly LedgerAttempt[]) {
  return {
    ...describeOrder(row, names),
    error_help: helpFor(row.errorCode),
    attempts: attempts.map(describeAttempt),
  };
}

/** What the catalogue says of an error; null of one that only another version knows. */
function helpFor(code: string | null): string | null {
  const known = Object.entries(errorCatalogue).find(([name]) => name === code);
  return known?.[1].help ?? null;
}

function describeAttempt(attempt: LedgerAttempt, index: number) {
  return {
    ordinal: index + 1,
    upstream: attempt.upstream,
    model: attempt.model,
    started_at: time(attempt.startedAtMs),
    duration_ms: durationMs(attempt.startedAtMs, attempt.endedAtMs),
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
    price: attempt.priceLines.map(({ of, count, microUsdPerMillion }) => ({
      of,
      count,
      micro_usd_per_million: microUsdPerMillion,
    })),
  };
}

/** A clock that was set back in between must not make a time negative. */
const durationMs = (fromMs: number, toMs: number): number => Math.max(0, Math.round(toMs - fromMs));
