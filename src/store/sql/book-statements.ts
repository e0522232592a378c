import { type RawBuilder, type Selectable, sql } from 'kysely';
import { attemptColumns } from './attempt-row.ts';
import { counterColumns } from './allowance-row.ts';
import type { AllowancesTable, LedgerTable } from './database-schema.ts';
import { completionColumns, ledgerColumns } from './ledger-row.ts';
import { ManyRows, text, whole } from './many-rows.ts';
import type { DialectName } from './migrations/column-kinds.ts';
import { compilers, type QueryRunner } from './query-runner.ts';
import { hourColumns, hourSums } from './hour-columns.ts';

/** A row that was completed now, as it was opened. */
export type EndedRow = Pick<
  Selectable<LedgerTable>,
  | 'id'
  | 'key_id'
  | 'project_id'
  | 'model'
  | 'end_user'
  | 'reserved_micro_usd'
  | 'images_requested'
  | 'created_at_ms'
  | 'lost_at_ms'
>;

export interface StandingRow {
  readonly id: string;
  readonly name: string;
  readonly project: string;
  readonly revoked_at_ms: number | null;
  readonly expires_at_ms: number | null;
  readonly disabled_at_ms: number | null;
  readonly archived_at_ms: number | null;
  readonly allowed_models: string | null;
}

export type BookStatements = ReturnType<typeof bookStatements>;

/** The statements of a group of orders, the same for both databases. Rows are locked in the order of their ids. */
export function bookStatements(dialect: DialectName) {
  const lock = dialect === 'postgres' ? sql` for update` : sql``;
  const ids = [text('id')];
  const changes = completionColumns.slice(1).map(({ name }) => sql`${sql.ref(name)} = s.${sql.ref(name)}`);
  const counters = counterColumns.map((name) => sql`${sql.ref(name)} = s.${sql.ref(name)}`);
  const completing = (isOpen: RawBuilder<unknown>) =>
    new ManyRows<EndedRow>(
      dialect,
      completionColumns,
      (
        values,
        names,
      ) => sql`with s (${names}) as (values ${values}) update ledger set ${sql.join(changes)} from s
        where ledger.id = s.id and ${isOpen}
        returning ledger.id, ledger.key_id, ledger.project_id, ledger.model, ledger.end_user,
          ledger.reserved_micro_usd, ledger.images_requested, ledger.created_at_ms, ledger.lost_at_ms`,
    );
  const added = hourSums.map(
    (name) => sql`${sql.ref(name)} = usage_hours.${sql.ref(name)} + excluded.${sql.ref(name)}`,
  );
  return {
    // One statement decides, so that of two completions at the same time exactly one holds.
    complete: completing(sql`ledger.status = 'open'`),
    // An `unknown` row may still be told what became of it, but not once more that it is unknown.
    correct: completing(sql`ledger.status = 'unknown' and s.status <> 'unknown'`),
    lost: new ManyRows<Selectable<LedgerTable>>(
      dialect,
      ids,
      (values) => sql`select * from ledger where id in (${values}) and status = 'unknown' order by id${lock}`,
    ),
    addAttempts: new ManyRows<never>(
      dialect,
      attemptColumns,
      (values, names) => sql`insert into attempts (${names}) values ${values}`,
    ),
    addOrders: new ManyRows<never>(
      dialect,
      ledgerColumns,
      (values, names) => sql`insert into ledger (${names}) values ${values} on conflict (id) do nothing`,
    ),
    orders: new ManyRows<Selectable<LedgerTable>>(
      dialect,
      ids,
      (values) => sql`select * from ledger where id in (${values})`,
    ),
    allowances: new ManyRows<Selectable<AllowancesTable>>(
      dialect,
      ids,
      (values) => sql`select * from allowances where id in (${values}) order by id${lock}`,
    ),
    addAllowances: new ManyRows<never>(
      dialect,
      ids,
      (values, names) => sql`insert into allowances (${names}) values ${values} on conflict (id) do nothing`,
    ),
    count: new ManyRows<never>(
      dialect,
      [text('id'), ...counterColumns.map(whole)],
      (values, names) =>
        sql`with s (${names}) as (values ${values}) update allowances set ${sql.join(counters)} from s where allowances.id = s.id`,
    ),
    addHours: new ManyRows<never>(
      dialect,
      hourColumns,
      (values, names) =>
        sql`insert into usage_hours (${names}) values ${values}
          on conflict (hour_ms, key_id, project_id, model, upstream) do update set ${sql.join(added)}`,
    ),
    standings: new ManyRows<StandingRow>(
      dialect,
      ids,
      (values) => sql`select api_keys.id, api_keys.name, projects.name as project, api_keys.revoked_at_ms,
          api_keys.expires_at_ms, api_keys.disabled_at_ms, projects.archived_at_ms, api_keys.allowed_models
        from api_keys join projects on projects.id = api_keys.project_id where api_keys.id in (${values})`,
    ),
  };
}

const nowQuery = sql<{
  now_us: number;
}>`select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint) as now_us`.compile(
  compilers.postgres,
);

/** Microseconds since the epoch by the clock of the database, which all its processes share. */
export async function databaseNowUs(runner: QueryRunner): Promise<number> {
  const { rows } = await runner.executeQuery(nowQuery);
  return Number(rows[0]?.now_us);
}
