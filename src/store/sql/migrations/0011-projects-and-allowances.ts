import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnKinds } from './column-kinds.ts';

/** The project of everything that came before there were projects. */
const defaultProject = 'proj_default';

/**
 * Projects, keys with secrets of their own, and what each may use. What was there before belongs to the project
 * `default`, and its counters begin with what the ledger says was used.
 */
export function projectsAndAllowances(kinds: ColumnKinds): Migration {
  return {
    async up(db) {
      await createProjects(db, kinds);
      await moveKeys(db, kinds);
      await extendLedger(db, kinds);
      await createAllowances(db, kinds);
      await fillAllowances(db);
    },
  };
}

async function createProjects(
  db: Kysely<unknown>,
  { wholeNumber, keyedTableEnd }: ColumnKinds,
): Promise<void> {
  await db.schema
    .createTable('projects')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', wholeNumber, (column) => column.notNull())
    .addColumn('archived_at_ms', wholeNumber)
    .addColumn('key_defaults', 'text')
    .modifyEnd(keyedTableEnd)
    .execute();
  await db.schema
    .createIndex('projects_live_name')
    .unique()
    .on('projects')
    .column('name')
    .where(sql.ref('archived_at_ms'), 'is', null)
    .execute();
  await sql`insert into projects (id, name, created_at_ms) values (${sql.lit(defaultProject)}, 'default', ${sql.lit(Date.now())})`.execute(
    db,
  );
}

/** Secrets leave the keys, so that a key can be rotated and stays the same key. */
async function moveKeys(db: Kysely<unknown>, kinds: ColumnKinds): Promise<void> {
  const { wholeNumber, bytes, keyedTableEnd } = kinds;
  await db.schema
    .createTable('key_secrets')
    .addColumn('hash', bytes, (column) => column.primaryKey().notNull().check(sql`length(hash) = 32`))
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('hint', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', wholeNumber, (column) => column.notNull())
    .addColumn('valid_until_ms', wholeNumber)
    .modifyEnd(keyedTableEnd)
    .execute();
  await sql`insert into key_secrets (hash, key_id, hint, created_at_ms) select hash, id, hint, created_at_ms from api_keys`.execute(
    db,
  );
  await db.schema.createIndex('key_secrets_key').on('key_secrets').column('key_id').execute();
  await db.schema
    .createTable('project_keys')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('strict', wholeNumber, (column) => column.notNull().check(sql`${sql.ref('strict')} in (0, 1)`))
    .addColumn('created_at_ms', wholeNumber, (column) => column.notNull())
    .addColumn('expires_at_ms', wholeNumber)
    .addColumn('revoked_at_ms', wholeNumber)
    .addColumn('allowed_models', 'text')
    .addColumn('allowed_addresses', 'text')
    .addColumn('tags', 'text')
    .modifyEnd(keyedTableEnd)
    .execute();
  await sql`insert into project_keys (id, project_id, name, strict, created_at_ms, revoked_at_ms) select id, ${sql.lit(defaultProject)}, name, strict, created_at_ms, revoked_at_ms from api_keys`.execute(
    db,
  );
  // SQLite drops no column that is unique, so the table takes the old one's place.
  await db.schema.dropTable('api_keys').execute();
  await db.schema.alterTable('project_keys').renameTo('api_keys').execute();
  await db.schema
    .createIndex('api_keys_live_name')
    .unique()
    .on('api_keys')
    .columns(['project_id', 'name'])
    .where(sql.ref('revoked_at_ms'), 'is', null)
    .execute();
}

async function extendLedger(db: Kysely<unknown>, { wholeNumber }: ColumnKinds): Promise<void> {
  await db.schema
    .alterTable('ledger')
    .addColumn('project_id', 'text', (column) => column.notNull().defaultTo(sql.lit(defaultProject)))
    .execute();
  await db.schema.alterTable('ledger').addColumn('instance_id', 'text').execute();
  await db.schema.alterTable('ledger').addColumn('lost_at_ms', wholeNumber).execute();
  await sql`update ledger set lost_at_ms = finished_at_ms where status = 'unknown'`.execute(db);
  await db.schema.dropIndex('ledger_open').execute();
  await db.schema
    .createIndex('ledger_open')
    .on('ledger')
    .column('instance_id')
    .where(sql.ref('status'), '=', sql.lit('open'))
    .execute();
}

const limits = [
  'max_open',
  'requests_per_minute',
  'images_per_minute',
  'images_per_day',
  'day_micro_usd',
  'month_micro_usd',
  'total_micro_usd',
];
/** Of money, more than everything may be left: a credit is counted back. */
const counters = [
  'open_orders',
  'requests_tat_us',
  'images_tat_us',
  'day_start_ms',
  'day_images',
  'day_used_micro_usd',
  'month_start_ms',
  'month_used_micro_usd',
  'total_used_micro_usd',
];

async function createAllowances(
  db: Kysely<unknown>,
  { wholeNumber, keyedTableEnd, updatedTableEnd }: ColumnKinds,
): Promise<void> {
  let table = db.schema
    .createTable('allowances')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull());
  for (const limit of limits)
    table = table.addColumn(limit, wholeNumber, (column) => column.check(sql`${sql.ref(limit)} >= 0`));
  for (const counter of counters)
    table = table.addColumn(counter, wholeNumber, (column) => column.notNull().defaultTo(0));
  await table.modifyEnd(updatedTableEnd).execute();
  await db.schema
    .createTable('adjustments')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('allowance_id', 'text', (column) => column.notNull())
    .addColumn('amount_micro_usd', wholeNumber, (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('at_ms', wholeNumber, (column) => column.notNull())
    .modifyEnd(keyedTableEnd)
    .execute();
  await db.schema
    .createTable('book_state')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .modifyEnd(keyedTableEnd)
    .execute();
}

/** Day and month are counted at the start of the server, in its time zone. */
async function fillAllowances(db: Kysely<unknown>): Promise<void> {
  const used = sql`cast(coalesce(sum(case when status = 'open' then reserved_micro_usd else cost_micro_usd end), 0) as bigint)`;
  const open = sql`cast(coalesce(sum(case when status = 'open' then 1 else 0 end), 0) as bigint)`;
  await sql`insert into allowances (id, open_orders, total_used_micro_usd)
    select api_keys.id, ${open}, ${used} from api_keys left join ledger on ledger.key_id = api_keys.id group by api_keys.id`.execute(
    db,
  );
  await sql`insert into allowances (id, open_orders, total_used_micro_usd) select ${sql.lit(defaultProject)}, ${open}, ${used} from ledger`.execute(
    db,
  );
}
