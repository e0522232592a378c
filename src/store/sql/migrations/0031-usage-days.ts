import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnKinds, DialectName } from './column-kinds.ts';

const subject = ['key_id', 'project_id', 'model', 'upstream'];
const counts = [
  'succeeded_orders',
  'partial_orders',
  'refused_orders',
  'failed_orders',
  'canceled_orders',
  'unknown_orders',
  'images_requested',
  'images_delivered',
];
const amounts = [
  'input_tokens',
  'output_tokens',
  'output_image_tokens',
  'cost_micro_usd',
  'charged_micro_usd',
];
const sums = [...counts, ...amounts.flatMap((name) => [name, `${name}_billions`])];
/** Floored, also where a clock stood before the epoch. */
const dayOf = (hour: string): string => `${hour} - ((${hour} % 86400000) + 86400000) % 86400000`;

/**
 * The sums by hour again by day of UTC: where every key draws something in every hour, hours are half as many as orders. The database
 * itself adds to a day what is added to an hour, so that they agree whoever writes, an earlier version beside this one
 * too. Hours are never removed.
 */
export function usageDays(dialect: DialectName, { wholeNumber, updatedTableEnd }: ColumnKinds): Migration {
  return {
    async up(db) {
      let table = db.schema
        .createTable('usage_days')
        .addColumn('day_ms', wholeNumber, (column) => column.notNull())
        .addColumn('key_id', 'text', (column) => column.notNull())
        .addColumn('project_id', 'text', (column) => column.notNull())
        .addColumn('model', 'text', (column) => column.notNull())
        .addColumn('upstream', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('usage_days_key', ['day_ms', 'key_id', 'project_id', 'model', 'upstream']);
      for (const name of sums)
        table = table.addColumn(name, wholeNumber, (column) => column.notNull().defaultTo(0));
      await table.modifyEnd(updatedTableEnd).execute();
      // Before the hours are read: on PostgreSQL nobody writes them from here on until the end.
      await (dialect === 'postgres' ? addOnPostgres(db) : addOnSqlite(db));
      await sql`insert into usage_days (day_ms, ${columns})
        select ${sql.raw(dayOf('hour_ms'))}, ${sql.raw(subject.join(', '))},
          ${sql.raw(sums.map((name) => `cast(sum(${name}) as bigint)`).join(', '))}
        from usage_hours group by 1, 2, 3, 4, 5`.execute(db);
    },
  };
}

const columns = sql.raw([...subject, ...sums].join(', '));

/** One statement for a row that is there anew, or for what has become different in one. */
function addToDay(amountOf: (name: string) => string): string {
  const values = [dayOf('new.hour_ms'), ...subject.map((name) => `new.${name}`), ...sums.map(amountOf)];
  const changes = sums.map((name) => `${name} = usage_days.${name} + excluded.${name}`);
  return [
    `insert into usage_days (day_ms, ${[...subject, ...sums].join(', ')}) values (${values.join(', ')})`,
    `on conflict (day_ms, ${subject.join(', ')}) do update set ${changes.join(', ')}`,
  ].join(' ');
}

const addNew = addToDay((name) => `new.${name}`);
const addDifference = addToDay((name) => `new.${name} - old.${name}`);

async function addOnSqlite(db: Kysely<unknown>): Promise<void> {
  for (const [name, event, statement] of [
    ['usage_days_insert', 'insert', addNew],
    ['usage_days_update', 'update', addDifference],
  ] as const)
    await sql.raw(`create trigger ${name} after ${event} on usage_hours begin ${statement}; end`).execute(db);
}

async function addOnPostgres(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      [
        'create function usage_days_add() returns trigger language plpgsql as $$',
        `begin if tg_op = 'INSERT' then ${addNew}; else ${addDifference}; end if; return null; end $$`,
      ].join(' '),
    )
    .execute(db);
  await sql`create trigger usage_days_add after insert or update on usage_hours
    for each row execute function usage_days_add()`.execute(db);
}
