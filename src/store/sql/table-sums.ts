import { type Kysely, sql } from 'kysely';
import type { Database } from './database-schema.ts';
import type { ColumnShape, TableShape } from './table-shape.ts';

/** What a table holds in numbers, by the same words on both databases: equal tables have equal sums. */
export type TableSums = ReadonlyMap<string, string>;

/** Moments, whose sums say little and can pass 64 bits. */
const isMoment = ({ name }: ColumnShape): boolean => /_(?:ms|us)$/.test(name);

/** How many rows, the sum of every amount, and how long all texts are together. */
export async function tableSums(table: TableShape, db: Kysely<Database>): Promise<TableSums> {
  const sums = table.columns
    .filter((column) => !isMoment(column))
    .map(({ name, kind }) => {
      const amount = kind === 'whole' ? sql.ref(name) : sql`length(${sql.ref(name)})`;
      return sql`cast(coalesce(sum(${amount}), 0) as text) as ${sql.ref(name)}`;
    });
  const { rows } = await sql<Record<string, string>>`select cast(count(*) as text) as ${sql.ref('rows')},
      ${sql.join(sums)} from ${sql.table(table.name)}`.execute(db);
  return new Map(Object.entries(rows[0] ?? {}).map(([name, sum]) => [`${table.name} ${name}`, sum]));
}

/** Orders and money by key, project and status. */
export async function ledgerSums(db: Kysely<Database>): Promise<TableSums> {
  const { rows } = await sql<
    Record<string, string>
  >`select key_id, project_id, status, cast(count(*) as text) as orders,
      cast(sum(reserved_micro_usd) as text) as reserved, cast(sum(cost_micro_usd) as text) as cost
    from ledger group by key_id, project_id, status`.execute(db);
  return new Map(
    rows.map(({ key_id, project_id, status, orders, reserved, cost }) => [
      `ledger of ${key_id ?? ''} in ${project_id ?? ''}, ${status ?? ''}`,
      `${orders ?? ''} orders, ${reserved ?? ''} reserved, ${cost ?? ''} cost`,
    ]),
  );
}

/** What is not the same, in words. */
export function differences(there: TableSums, here: TableSums): string[] {
  return [...new Set([...there.keys(), ...here.keys()])]
    .filter((name) => there.get(name) !== here.get(name))
    .map((name) => `${name}: ${there.get(name) ?? 'none'} there, ${here.get(name) ?? 'none'} here`);
}
