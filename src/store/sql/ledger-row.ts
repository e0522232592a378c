import { hash } from 'node:crypto';
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
    end_user: opening.endUser === null ? null : storableUser(opening.endUser),
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

/** Of a digest as much as no two names will share. */
const digestCharacters = 22;

/**
 * An end user's name as it is kept. One that cannot be kept whole ends in its digest, so that no two end users share an
 * allowance, and has its limits under that name.
 */
export function storableUser(given: string): string {
  const text = storableText(given);
  if (text === given) return given;
  // Of its UTF-16 units: as UTF-8 all lone surrogates are the same.
  const digest = hash('sha256', Buffer.from(given, 'utf16le'), 'base64url').slice(0, digestCharacters);
  return `${text.slice(0, maxLedgerTextLength - digestCharacters - 1).toWellFormed()}~${digest}`;
}

/** What of a row an order is told by, in the order of `StoredOrder`. */
export const storedColumns = [
  'id',
  'key_id',
  'project_id',
  'operation',
  'model',
  'requested_model',
  'upstream',
  'status',
  'error_code',
  'images_requested',
  'images_delivered',
  'input_tokens',
  'output_tokens',
  'output_image_tokens',
  'usage_source',
  'reserved_micro_usd',
  'cost_micro_usd',
  'bytes_out',
  'attempts',
  'created_at_ms',
  'finished_at_ms',
  'end_user',
  'markup_basis_points',
  'charged_micro_usd',
] as const;

type ValuesOf<Names extends readonly (keyof LedgerTable)[]> = {
  readonly [Index in keyof Names]: Selectable<LedgerTable>[Names[Index]];
};
/** A row as the values of its columns. */
export type StoredOrder = ValuesOf<typeof storedColumns>;

export function toLedgerRow(row: Pick<Selectable<LedgerTable>, (typeof storedColumns)[number]>): LedgerRow {
  return fromStored([
    row.id,
    row.key_id,
    row.project_id,
    row.operation,
    row.model,
    row.requested_model,
    row.upstream,
    row.status,
    row.error_code,
    row.images_requested,
    row.images_delivered,
    row.input_tokens,
    row.output_tokens,
    row.output_image_tokens,
    row.usage_source,
    row.reserved_micro_usd,
    row.cost_micro_usd,
    row.bytes_out,
    row.attempts,
    row.created_at_ms,
    row.finished_at_ms,
    row.end_user,
    row.markup_basis_points,
    row.charged_micro_usd,
  ]);
}

export function fromStored(row: StoredOrder): LedgerRow {
  const plain: LedgerRow = {
    id: row[0],
    keyId: row[1],
    projectId: row[2],
    operation: row[3] as Operation,
    model: row[4],
    requestedModel: row[5],
    upstream: row[6],
    status: row[7] as LedgerStatus,
    errorCode: row[8],
    imagesRequested: row[9],
    imagesDelivered: row[10],
    inputTokens: row[11],
    outputTokens: row[12],
    outputImageTokens: row[13],
    usageSource: row[14] as UsageSource,
    reservedMicroUsd: row[15],
    costMicroUsd: row[16],
    bytesOut: row[17],
    attempts: row[18],
    createdAtMs: row[19],
    finishedAtMs: row[20],
    endUser: row[21],
  };
  const [markupBasisPoints, chargedMicroUsd] = [row[22], row[23]];
  // An export reads thousands, hardly any with a markup: taking these apart for each is half of what it costs.
  if (markupBasisPoints === null && chargedMicroUsd === null) return plain;
  return {
    ...plain,
    ...(markupBasisPoints !== null && { markupBasisPoints }),
    ...(chargedMicroUsd !== null && { chargedMicroUsd }),
  };
}
