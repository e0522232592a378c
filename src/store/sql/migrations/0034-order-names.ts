import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnKinds, DialectName } from './column-kinds.ts';

const hourOf = (at: string): string => `${at} - ((${at} % 3600000) + 3600000) % 3600000`;

const addModel = [
  'insert into order_names (kind, name, hour_ms)',
  `select 'model', new.requested_model, ${hourOf('new.created_at_ms')} where true on conflict do nothing`,
].join(' ');
/** The sums know of the last upstream that an order was sent to, so that of an order with one call nothing is to be added. */
const addUpstreams = [
  'insert into order_names (kind, name, hour_ms)',
  `select 'upstream', attempts.upstream, ${hourOf('ledger.created_at_ms')} from attempts`,
  'join ledger on ledger.id = attempts.order_id where attempts.order_id = new.order_id on conflict do nothing',
].join(' ');

/**
 * What the sums by hour do not tell of orders, so that a list of those that are rare need not read all others: in which hours
 * some were asked for by a name that is not their model's, or were sent to an upstream that was not the last. The database adds it
 * itself, whatever version writes. Whose end user an order is has an index, which costs those orders alone that name one.
 */
export function orderNames(dialect: DialectName, { wholeNumber, keyedTableEnd }: ColumnKinds): Migration {
  return {
    async up(db) {
      await db.schema
        .createTable('order_names')
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('hour_ms', wholeNumber, (column) => column.notNull())
        .addPrimaryKeyConstraint('order_names_key', ['kind', 'name', 'hour_ms'])
        .modifyEnd(keyedTableEnd)
        .execute();
      // Before the orders are read: on PostgreSQL nobody writes them from here on until the end.
      await (dialect === 'postgres' ? addOnPostgres(db) : addOnSqlite(db));
      await sql`insert into order_names (kind, name, hour_ms)
        select distinct 'model', requested_model, ${sql.raw(hourOf('created_at_ms'))} from ledger
        where requested_model <> model`.execute(db);
      await sql`insert into order_names (kind, name, hour_ms)
        select distinct 'upstream', attempts.upstream, ${sql.raw(hourOf('ledger.created_at_ms'))} from attempts
        join ledger on ledger.id = attempts.order_id
        where order_id in (select order_id from attempts where ordinal > 1)`.execute(db);
      await sql`create index ledger_end_user on ledger (end_user, id) where end_user is not null`.execute(db);
    },
  };
}

async function addOnSqlite(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create trigger order_names_model after insert on ledger when new.requested_model <> new.model begin ${addModel}; end`,
    )
    .execute(db);
  await sql
    .raw(
      `create trigger order_names_upstream after insert on attempts when new.ordinal > 1 begin ${addUpstreams}; end`,
    )
    .execute(db);
}

async function addOnPostgres(db: Kysely<unknown>): Promise<void> {
  for (const [name, table, condition, statement] of [
    ['order_names_model', 'ledger', 'new.requested_model <> new.model', addModel],
    ['order_names_upstream', 'attempts', 'new.ordinal > 1', addUpstreams],
  ] as const) {
    await sql
      .raw(
        `create function ${name}() returns trigger language plpgsql as $$ begin ${statement}; return null; end $$`,
      )
      .execute(db);
    await sql
      .raw(
        `create trigger ${name} after insert on ${table} for each row when (${condition}) execute function ${name}()`,
      )
      .execute(db);
  }
}
