import { type Selectable, sql } from 'kysely';
import type { Periods } from '../../admission/periods.ts';
import { alertColumns } from './alert-row.ts';
import { attemptColumns } from './attempt-row.ts';
import { sumsQuery } from './count-from-ledger.ts';
import { counterColumns } from './allowance-row.ts';
import type { AllowancesTable, LedgerTable } from './database-schema.ts';
import { completionColumns, ledgerColumns } from './ledger-row.ts';
import { ManyRows, text, whole } from './many-rows.ts';
import type { DialectName } from './migrations/column-kinds.ts';
import { compilers, type QueryRunner } from './query-runner.ts';
import { hourAmounts, hourColumns, hourImages, hourSums } from './hour-columns.ts';

/** Of an order that comes to its end its row before: what it was opened with, and what it counted as if it was closed already. */
const endedColumns = [
  'id',
  'end_user',
  'reserved_micro_usd',
  'lost_at_ms',
  'created_at_ms',
  'key_id',
  'project_id',
  'model',
  'upstream',
  'status',
  ...hourImages,
  ...hourAmounts,
] as const;
export type EndedRow = Pick<Selectable<LedgerTable>, (typeof endedColumns)[number]>;

export interface StandingRow {
  readonly id: string;
  readonly name: string;
  readonly project: string;
  readonly revoked_at_ms: number | null;
  readonly expires_at_ms: number | null;
  readonly disabled_at_ms: number | null;
  readonly archived_at_ms: number | null;
  readonly allowed_models: string | null;
  /** On PostgreSQL: by the clock of the database, which all its processes share. */
  readonly now_us?: number;
}

export type BookStatements = ReturnType<typeof bookStatements>;

/** The statements of a group of orders, the same for both databases. Rows are locked in the order of their ids. */
export function bookStatements(dialect: DialectName) {
  const lock = dialect === 'postgres' ? sql` for update` : sql``;
  const ids = [text('id')];
  const changes = completionColumns.slice(1).map(({ name }) => sql`${sql.ref(name)} = s.${sql.ref(name)}`);
  const counters = counterColumns.map((name) => sql`${sql.ref(name)} = s.${sql.ref(name)}`);
  const ended = sql.join(endedColumns.map((name) => sql.ref(name)));
  const now = dialect === 'postgres' ? sql`, ${nowUs} as now_us` : sql``;
  const added = hourSums.map(
    (name) => sql`${sql.ref(name)} = usage_hours.${sql.ref(name)} + excluded.${sql.ref(name)}`,
  );
  return {
    ended: new ManyRows<EndedRow>(
      dialect,
      ids,
      (values) => sql`select ${ended} from ledger where id in (${values}) order by id${lock}`,
    ),
    complete: new ManyRows<never>(
      dialect,
      completionColumns,
      (
        values,
        names,
      ) => sql`with s (${names}) as (values ${values}) update ledger set ${sql.join(changes)} from s
        where ledger.id = s.id`,
    ),
    addAttempts: new ManyRows<never>(
      dialect,
      attemptColumns,
      (values, names) => sql`insert into attempts (${names}) values ${values}`,
    ),
    addOrders: new ManyRows<never>(
      dialect,
      ledgerColumns,
      (values, names) => sql`insert into ledger (${names}) values ${values}`,
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
    addAlerts: new ManyRows<never>(
      dialect,
      alertColumns,
      (values, names) => sql`insert into alerts (${names}) values ${values}`,
    ),
    tellAllowances: new ManyRows<never>(
      dialect,
      [text('id'), text('alerts_told')],
      (values, names) =>
        sql`with s (${names}) as (values ${values}) update allowances set alerts_told = s.alerts_told from s where allowances.id = s.id`,
    ),
    countUsers: new ManyRows<never>(
      dialect,
      [text('id'), whole('born')],
      (values, names) =>
        sql`with s (${names}) as (values ${values}) update allowances set end_users = allowances.end_users + s.born from s where allowances.id = s.id`,
    ),
    dialect,
    /** What open orders have reserved. */
    openSums: (periods: Pick<Periods, 'dayStartMs' | 'monthStartMs'>) =>
      sumsQuery(periods, sql`status = 'open'`).compile(compilers[dialect]),
    standings: new ManyRows<StandingRow>(
      dialect,
      ids,
      (values) => sql`select api_keys.id, api_keys.name, projects.name as project, api_keys.revoked_at_ms,
          api_keys.expires_at_ms, api_keys.disabled_at_ms, projects.archived_at_ms, api_keys.allowed_models${now}
        from api_keys join projects on projects.id = api_keys.project_id where api_keys.id in (${values})`,
    ),
  };
}

const nowUs = sql`cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)`;
const nowQuery = sql<{ now_us: number }>`select ${nowUs} as now_us`.compile(compilers.postgres);

/** Microseconds since the epoch by the clock of the database, which all its processes share. */
export async function databaseNowUs(runner: QueryRunner): Promise<number> {
  const { rows } = await runner.executeQuery(nowQuery);
  return Number(rows[0]?.now_us);
}
