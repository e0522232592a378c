import type { Kysely, Selectable } from 'kysely';
import type { Operation } from '../../journey/image-order.ts';
import { idBound } from '../../kernel/ids.ts';
import {
  type LedgerRow,
  type LedgerStatus,
  maxIdAgeMs,
  type OrdersQuery,
  type UsageSource,
} from '../../usage/ledger.ts';
import type { Database, LedgerTable } from './database-schema.ts';

/** A page of orders, the youngest first. Ids begin with the time, so a page is read from where it begins, whatever lies before it. */
export async function sqlOrders(db: Kysely<Database>, query: OrdersQuery): Promise<readonly LedgerRow[]> {
  const { keyIds, model, upstream, statuses, fromMs, toMs, beforeId, afterId, limit } = query;
  let rows = db.selectFrom('ledger').selectAll().orderBy('id', 'desc').limit(limit);
  if (keyIds !== undefined) rows = rows.where('key_id', 'in', [...keyIds]);
  if (model !== undefined)
    rows = rows.where((row) => row.or([row('model', '=', model), row('requested_model', '=', model)]));
  if (upstream !== undefined)
    rows = rows.where((row) =>
      row.or([
        row('upstream', '=', upstream),
        row.exists(
          row
            .selectFrom('attempts')
            .select('ordinal')
            .whereRef('attempts.order_id', '=', 'ledger.id')
            .where('attempts.upstream', '=', upstream),
        ),
      ]),
    );
  if (statuses !== undefined) rows = rows.where('status', 'in', [...statuses]);
  if (fromMs !== undefined)
    rows = rows.where('created_at_ms', '>=', fromMs).where('id', '>=', idBound('req', fromMs - maxIdAgeMs));
  if (toMs !== undefined)
    rows = rows.where('created_at_ms', '<', toMs).where('id', '<', idBound('req', toMs + maxIdAgeMs));
  if (beforeId !== undefined) rows = rows.where('id', '<', beforeId);
  if (afterId !== undefined) rows = rows.where('id', '>', afterId);
  return (await rows.execute()).map(toLedgerRow);
}

export function toLedgerRow(row: Selectable<LedgerTable>): LedgerRow {
  return {
    id: row.id,
    keyId: row.key_id,
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
}
