import type { Kysely } from 'kysely';
import { idBound } from '../../kernel/ids.ts';
import { type LedgerRow, maxIdAgeMs, type OrdersQuery } from '../../usage/ledger.ts';
import type { Database } from './database-schema.ts';
import { storableText, toLedgerRow } from './ledger-row.ts';

/** A page of orders, the youngest first. Ids begin with the time, so a page is read from where it begins, whatever lies before it. */
export async function sqlOrders(db: Kysely<Database>, query: OrdersQuery): Promise<readonly LedgerRow[]> {
  const { keyIds, projectIds, endUser, model, upstream, statuses, fromMs, toMs, beforeId, afterId, limit } =
    query;
  let rows = db.selectFrom('ledger').selectAll().orderBy('id', 'desc').limit(limit);
  if (keyIds !== undefined) rows = rows.where('key_id', 'in', [...keyIds]);
  if (projectIds !== undefined) rows = rows.where('project_id', 'in', [...projectIds]);
  if (endUser !== undefined) rows = rows.where('end_user', '=', storableText(endUser));
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
