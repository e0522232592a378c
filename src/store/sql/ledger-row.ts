import type { Selectable } from 'kysely';
import type { Operation } from '../../journey/image-order.ts';
import {
  type LedgerCompletion,
  type LedgerOpening,
  type LedgerRow,
  type LedgerStatus,
  maxLedgerTextLength,
  type UsageSource,
} from '../../usage/ledger.ts';
import type { LedgerTable } from './database-schema.ts';
import { type GivenColumn, text, whole } from './many-rows.ts';

/** What is charged is known when it ends. */
export type OpenRow = Omit<LedgerTable, 'charged_micro_usd'>;

/** An order's row while it is open, in the order of `ledgerColumns`. */
export function toOpenRow(opening: LedgerOpening, instanceId: string | null): OpenRow {
  return {
    id: opening.id,
    key_id: opening.keyId,
    operation: opening.operation,
    model: opening.model,
    requested_model: storableText(opening.requestedModel),
    upstream: opening.upstream,
    status: 'open',
    error_code: null,
    images_requested: opening.imagesRequested,
    images_delivered: 0,
    input_tokens: 0,
    output_tokens: 0,
    output_image_tokens: 0,
    usage_source: 'none',
    reserved_micro_usd: opening.reservedMicroUsd,
    cost_micro_usd: 0,
    bytes_out: 0,
    attempts: 0,
    created_at_ms: opening.createdAtMs,
    finished_at_ms: null,
    end_user: opening.endUser === null ? null : storableText(opening.endUser),
    project_id: opening.projectId,
    instance_id: instanceId,
    lost_at_ms: null,
    markup_basis_points: opening.markupBasisPoints ?? null,
  };
}

export const ledgerColumns: readonly GivenColumn[] = [
  text('id'),
  text('key_id'),
  text('operation'),
  text('model'),
  text('requested_model'),
  text('upstream'),
  text('status'),
  text('error_code'),
  whole('images_requested'),
  whole('images_delivered'),
  whole('input_tokens'),
  whole('output_tokens'),
  whole('output_image_tokens'),
  text('usage_source'),
  whole('reserved_micro_usd'),
  whole('cost_micro_usd'),
  whole('bytes_out'),
  whole('attempts'),
  whole('created_at_ms'),
  whole('finished_at_ms'),
  text('end_user'),
  text('project_id'),
  text('instance_id'),
  whole('lost_at_ms'),
  whole('markup_basis_points'),
];

/** What a completion changes, in the order of `completionValues`. */
export const completionColumns: readonly GivenColumn[] = [
  text('id'),
  text('status'),
  text('error_code'),
  text('upstream'),
  whole('images_delivered'),
  whole('input_tokens'),
  whole('output_tokens'),
  whole('output_image_tokens'),
  text('usage_source'),
  whole('cost_micro_usd'),
  whole('bytes_out'),
  whole('attempts'),
  whole('finished_at_ms'),
  whole('charged_micro_usd'),
];

export function completionValues(id: string, completion: LedgerCompletion): unknown[] {
  return [
    id,
    completion.status,
    completion.errorCode,
    completion.upstream,
    completion.imagesDelivered,
    completion.inputTokens,
    completion.outputTokens,
    completion.outputImageTokens,
    completion.usageSource,
    completion.costMicroUsd,
    completion.bytesOut,
    completion.attempts,
    completion.finishedAtMs,
    completion.chargedMicroUsd ?? null,
  ];
}

/** The caller chose this text, so it is cut, and rid of what PostgreSQL refuses or SQLite mangles. */
export function storableText(given: string): string {
  return given.slice(0, maxLedgerTextLength).replaceAll('\0', '').toWellFormed();
}

export function toLedgerRow(row: Selectable<LedgerTable>): LedgerRow {
  const plain: LedgerRow = {
    id: row.id,
    keyId: row.key_id,
    projectId: row.project_id,
    operation: row.operation as Operation,
    model: row.model,
    requestedModel: row.requested_model,
    upstream: row.upstream,
    status: row.status as LedgerStatus,
    errorCode: row.error_code,
    imagesRequested: row.images_requested,
    imagesDelivered: row.images_delivered,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    outputImageTokens: row.output_image_tokens,
    usageSource: row.usage_source as UsageSource,
    reservedMicroUsd: row.reserved_micro_usd,
    costMicroUsd: row.cost_micro_usd,
    bytesOut: row.bytes_out,
    attempts: row.attempts,
    createdAtMs: row.created_at_ms,
    finishedAtMs: row.finished_at_ms,
    endUser: row.end_user,
  };
  const { markup_basis_points: markupBasisPoints, charged_micro_usd: chargedMicroUsd } = row;
  // An export reads thousands, hardly any with a markup: taking these apart for each is half of what it costs.
  if (markupBasisPoints === null && chargedMicroUsd === null) return plain;
  return {
    ...plain,
    ...(markupBasisPoints !== null && { markupBasisPoints }),
    ...(chargedMicroUsd !== null && { chargedMicroUsd }),
  };
}
