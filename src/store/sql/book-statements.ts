import { type Kysely, type Selectable, sql } from 'kysely';
import { attemptColumns } from './attempt-row.ts';
import { counterColumns } from './allowance-row.ts';
import type { AllowancesTable, Database, LedgerTable } from './database-schema.ts';
import { completionColumns, ledgerColumns } from './ledger-row.ts';
import { ManyRows, text, whole } from './many-rows.ts';
import type { DialectName } from './migrations/column-kinds.ts';

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
  return {
    // One statement decides, so that of two completions at the same time exactly one holds. An `unknown` row may still
    // be told what became of it, but not once more that it is unknown.
    complete: new ManyRows<EndedRow>(
      dialect,
      completionColumns,
      (
        values,
        names,
      ) => sql`with s (${names}) as (values ${values}) update ledger set ${sql.join(changes)} from s
        where ledger.id = s.id and (ledger.status = 'open' or (ledger.status = 'unknown' and s.status <> 'unknown'))
        returning ledger.id, ledger.key_id, ledger.project_id, ledger.model, ledger.end_user,
          ledger.reserved_micro_usd, ledger.images_requested, ledger.created_at_ms, ledger.lost_at_ms`,
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
    standings: new ManyRows<StandingRow>(
      dialect,
      ids,
      (values) => sql`select api_keys.id, api_keys.name, projects.name as project, api_keys.revoked_at_ms,
          api_keys.expires_at_ms, api_keys.disabled_at_ms, projects.archived_at_ms, api_keys.allowed_models
        from api_keys join projects on projects.id = api_keys.project_id where api_keys.id in (${values})`,
    ),
  };
}

/** Microseconds since the epoch by the clock of the database, which all its processes share. */
export async function databaseNowUs(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{
    now_us: number;
  }>`select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint) as now_us`.execute(db);
  return Number(rows[0]?.now_us);
}
