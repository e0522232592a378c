import type { Kysely, Selectable } from 'kysely';
import type { KeysQuery } from '../../access/api-key-store.ts';
import type { ApiKeysTable, Database } from './database-schema.ts';

/** A page of keys, the youngest first: their ids begin with the time. */
export function keyPage(
  db: Kysely<Database>,
  { projectId, name, states, nowMs, beforeId, afterId, limit }: KeysQuery,
): Promise<Selectable<ApiKeysTable>[]> {
  let rows = db.selectFrom('api_keys').selectAll().orderBy('id', 'desc').limit(limit);
  if (projectId !== undefined) rows = rows.where('project_id', '=', projectId);
  if (name !== undefined) rows = rows.where('name', '=', name);
  if (beforeId !== undefined) rows = rows.where('id', '<', beforeId);
  if (afterId !== undefined) rows = rows.where('id', '>', afterId);
  if (states !== undefined)
    rows = rows.where((row) => {
      const isExpired = row('expires_at_ms', '<=', nowMs);
      const isCurrent = row.and([
        row('revoked_at_ms', 'is', null),
        row.or([row('expires_at_ms', 'is', null), row('expires_at_ms', '>', nowMs)]),
      ]);
      const are = {
        revoked: row('revoked_at_ms', 'is not', null),
        expired: row.and([row('revoked_at_ms', 'is', null), isExpired]),
        disabled: row.and([isCurrent, row('disabled_at_ms', 'is not', null)]),
        live: row.and([isCurrent, row('disabled_at_ms', 'is', null)]),
      };
      return row.or(states.map((state) => are[state]));
    });
  return rows.execute();
}
