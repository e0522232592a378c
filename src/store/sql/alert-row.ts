import type { Kysely, Selectable } from 'kysely';
import { allowanceParts } from '../../admission/allowance-ids.ts';
import type { AlertedLimit, AlertType, ToldAlert } from '../../journey/budget-alert.ts';
import type { AlertsTable, Database } from './database-schema.ts';
import { type GivenColumn, text, whole } from './many-rows.ts';

/** In the order in which `group-alerts.ts` fills a row. */
export const alertColumns: readonly GivenColumn[] = [
  text('id'),
  text('type'),
  text('allowance_id'),
  text('end_user'),
  text('limit_name'),
  whole('allowed'),
  whole('used'),
  whole('percent'),
  whole('requested'),
  whole('period_start_ms'),
  whole('resets_at_ms'),
  whole('at_ms'),
  whole('told_at_ms'),
];

/** Alerts as they are told: with the names of the projects and keys, which the ids of allowances begin with. */
export async function toToldAlerts(
  db: Kysely<Database>,
  rows: readonly Selectable<AlertsTable>[],
): Promise<ToldAlert[]> {
  if (rows.length === 0) return [];
  const parts = rows.map(({ allowance_id }) => allowanceParts(allowance_id));
  const subjects = [...new Set(parts.map(({ subjectId }) => subjectId))];
  const keys = await db
    .selectFrom('api_keys')
    .innerJoin('projects', 'projects.id', 'api_keys.project_id')
    .select(['api_keys.id', 'api_keys.name', 'projects.id as project_id', 'projects.name as project_name'])
    .where('api_keys.id', 'in', subjects)
    .execute();
  const projects = await db
    .selectFrom('projects')
    .select(['id', 'name'])
    .where('id', 'in', subjects)
    .execute();
  return rows.map((row, index) => {
    const { subjectId = '', model = null } = parts[index] ?? {};
    const key = keys.find(({ id }) => id === subjectId);
    const project =
      key === undefined
        ? (projects.find(({ id }) => id === subjectId) ?? { id: subjectId, name: subjectId })
        : { id: key.project_id, name: key.project_name };
    return {
      id: row.id,
      type: row.type as AlertType,
      allowanceId: row.allowance_id,
      endUser: row.end_user,
      limit: row.limit_name as AlertedLimit,
      allowed: row.allowed,
      used: row.used,
      percent: row.percent,
      requested: row.requested,
      periodStartMs: row.period_start_ms,
      resetsAtMs: row.resets_at_ms,
      atMs: row.at_ms,
      project,
      key: key === undefined ? null : { id: key.id, name: key.name },
      model,
    };
  });
}
