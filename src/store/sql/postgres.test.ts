import { sql } from 'kysely';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { apiKeyStoreContract } from '../../../test/contracts/api-key-store.contract.ts';
import { bookContract } from '../../../test/contracts/book.contract.ts';
import { claimStoreContract } from '../../../test/contracts/claim-store.contract.ts';
import { groupsContract } from '../../../test/contracts/groups.contract.ts';
import { ledgerContract } from '../../../test/contracts/ledger.contract.ts';
import { processesContract } from '../../../test/contracts/processes.contract.ts';
import { bookFaults } from '../../../test/support/book-faults.ts';
import { plainCompletion, plainOpening } from '../../../test/support/plain-orders.ts';
import { startPostgres } from '../../../test/support/postgres-server.ts';
import { noLimits } from '../../journey/limits.ts';
import { newId } from '../../kernel/ids.ts';
import { createApiKey } from '../../access/manage-keys.ts';
import { createProject } from '../../access/manage-projects.ts';
import { bookStatements } from './book-statements.ts';
import { closeLost } from './close-lost.ts';
import { Instance } from './instance.ts';
import { allMigrations, migrate } from './migrate.ts';
import { openPostgres } from './open-postgres.ts';
import { openStore } from './open-store.ts';
import { allQuarters } from '../../../test/support/all-quarters.ts';
import { postgresReports } from './postgres-reports.ts';
import { SqlAllowanceStore } from './sql-allowance-store.ts';
import { SqlApiKeyStore } from './sql-api-key-store.ts';
import { SqlClaimStore } from './sql-claim-store.ts';
import { SqlLedger } from './sql-ledger.ts';
import { SqlProjectStore } from './sql-project-store.ts';

const server = await startPostgres();
const [first, second] = [openPostgres(server.url), openPostgres(server.url)];
const { db } = first;
await Promise.all([migrate(db, 'postgres'), migrate(second.db, 'postgres')]);
afterAll(async () => {
  await first.close();
  await second.close();
  await server.remove();
});

const tables = [
  'projects',
  'api_keys',
  'key_secrets',
  'allowances',
  'adjustments',
  'audit',
  'book_state',
  'ledger',
  'attempts',
  'instances',
  'claims',
  'usage_hours',
  'usage_days',
  'usage_quarters',
  'quarter_days',
  'order_names',
];
/** As a new database is. */
async function empty(): Promise<void> {
  const truncate = sql`truncate ${sql.join(tables.map((table) => sql.table(table)))}`;
  // Again where a test before still cancels an order in doubt: each may hold what the other waits for, and the database ends one.
  await vi.waitFor(() => truncate.execute(db), { timeout: 20_000 });
  await sql`insert into projects (id, name, created_at_ms) values ('proj_default', 'default', 0)`.execute(db);
  await sql`insert into allowances (id) values ('proj_default')`.execute(db);
}
// Two databases' worth of work on a machine that does other things.
vi.setConfig({ testTimeout: 90_000 });
const ledgerOf = (connection: typeof first, id: string): SqlLedger =>
  new SqlLedger(connection.db, { postgres: { instance: { id }, usesDatabaseClock: false } });
/** Processes that have ended, so that a crash of both is the end of their orders. */
async function ended(...ids: string[]): Promise<void> {
  for (const id of ids) await sql`insert into instances values (${id}, 1, 1, 2, 'test')`.execute(db);
}

ledgerContract('PostgreSQL', async () => {
  await empty();
  await ended('inst_a', 'inst_b');
  return {
    ledger: ledgerOf(first, 'inst_a'),
    other: ledgerOf(second, 'inst_b'),
    addUp: () => allQuarters(db, 'postgres'),
    close: async () => undefined,
  };
});

apiKeyStoreContract('PostgreSQL', async () => {
  await empty();
  return {
    store: new SqlApiKeyStore(db),
    other: new SqlApiKeyStore(second.db),
    close: async () => undefined,
  };
});

test('a database of an earlier version is brought up to this one, with its keys and what was used of them', async () => {
  await sql`create database earlier`.execute(db);
  const earlier = openPostgres(server.url.replace(/postgres$/, 'earlier'));
  const old = Object.entries(allMigrations('postgres')).filter(([name]) => name < '0003');
  expect(old).toHaveLength(2);
  await migrate(earlier.db, 'postgres', Object.fromEntries(old));
  await sql`insert into api_keys (id, name, hint, hash, created_at_ms, strict)
    values ('key_a', 'website', 'h', ${Buffer.alloc(32, 1)}, 5, 0)`.execute(earlier.db);
  await sql`insert into ledger (id, key_id, operation, model, requested_model, status, usage_source, created_at_ms,
      finished_at_ms, images_requested, images_delivered, input_tokens, output_tokens, output_image_tokens,
      reserved_micro_usd, cost_micro_usd, bytes_out, attempts)
    values ('req_1', 'key_a', 'generate', 'm', 'm', 'succeeded', 'none', 1, 9, 1, 1, 0, 0, 0, 100, 30, 0, 1)`.execute(
    earlier.db,
  );
  await migrate(earlier.db, 'postgres');
  expect((await new SqlApiKeyStore(earlier.db).findByHash(Buffer.alloc(32, 1)))?.key.id).toBe('key_a');
  const used = await earlier.db
    .selectFrom('allowances')
    .select(['id', 'total_used_micro_usd'])
    .orderBy('id')
    .execute();
  expect(used.map((row) => [row.id, row.total_used_micro_usd])).toEqual([
    ['key_a', 30],
    ['proj_default', 30],
  ]);
  expect(await new SqlClaimStore(earlier.db).totals()).toEqual({ claims: 0, bytes: 0 });
  // Every hour is filled from the ledger too.
  expect(await earlier.db.selectFrom('usage_hours').selectAll().execute()).toMatchObject([
    { hour_ms: 0, key_id: 'key_a', model: 'm', upstream: '', succeeded_orders: 1, cost_micro_usd: 30 },
  ]);
  await earlier.close();
});

claimStoreContract('PostgreSQL', async () => {
  await empty();
  await ended('inst_a', 'inst_b');
  return {
    store: new SqlClaimStore(db, { id: 'inst_a' }),
    other: new SqlClaimStore(second.db, { id: 'inst_b' }),
    close: async () => undefined,
  };
});

test('claims of a server that lives are left to it, and those of one that has ended are left open', async () => {
  await empty();
  await ended('inst_a');
  await sql`insert into instances values ('inst_b', 1, 1, null, 'test')`.execute(db);
  const claim = (id: string) => ({
    id,
    keyId: 'key_1',
    idempotencyKey: id,
    fingerprint: 'f',
    createdAtMs: 1,
  });
  await new SqlClaimStore(db, { id: 'inst_a' }).open(claim('req_1'));
  await new SqlClaimStore(db, { id: 'inst_b' }).open(claim('req_2'));
  expect(await new SqlClaimStore(db, { id: 'inst_b' }).leftOpen()).toEqual([claim('req_1')]);
});

test('servers that claim the same keys in another order wait for each other, and none fails', async () => {
  await empty();
  const names = Array.from({ length: 40 }, (_, index) => `k${String(index)}`);
  const claims = (store: SqlClaimStore, server: string, keys: readonly string[]) =>
    Promise.all(
      keys.map((key) =>
        store.open({
          id: `req_${server}_${key}`,
          keyId: 'key_1',
          idempotencyKey: key,
          fingerprint: 'f',
          createdAtMs: 1,
        }),
      ),
    );
  const held = await Promise.all([
    claims(new SqlClaimStore(db, { id: 'inst_a' }), 'a', names),
    claims(new SqlClaimStore(second.db, { id: 'inst_b' }), 'b', names.toReversed()),
  ]);
  expect(held.flat().filter(Boolean)).toHaveLength(names.length);
});

bookContract('PostgreSQL', async () => {
  await empty();
  await ended('inst_a', 'inst_b');
  return {
    db,
    ledger: ledgerOf(first, 'inst_a'),
    other: ledgerOf(second, 'inst_b'),
    keys: new SqlApiKeyStore(db),
    projects: new SqlProjectStore(db),
    allowances: new SqlAllowanceStore(db, { nowMs: () => Date.parse('2026-11-26T12:00:00Z') }, 'postgres'),
    close: async () => undefined,
  };
});

groupsContract('PostgreSQL', 'postgres', async () => {
  await empty();
  return { db, close: async () => undefined };
});

processesContract('PostgreSQL', async () => {
  await empty();
  const reaper = new Instance(db, {
    version: 'test',
    closeLost: () => closeLost(db, bookStatements('postgres'), Date.now()),
    onClosed: () => undefined,
    onTrouble: () => undefined,
  });
  return {
    db,
    isAlone: false,
    async start() {
      const id = newId('inst', Date.now());
      const now = sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`;
      await sql`insert into instances values (${id}, ${now}, ${now}, null, 'test')`.execute(db);
      return {
        ledger: ledgerOf(second, id),
        async die() {
          await sql`update instances set heartbeat_at_ms = heartbeat_at_ms - 31000 where id = ${id}`.execute(
            db,
          );
        },
      };
    },
    reap: () => reaper.reap(),
    close: async () => undefined,
  };
});

describe.each([
  ['a model of its key', { kind: 'key', model: 'm' }],
  ['an end user of its project', { kind: 'user', endUser: 'ada' }],
] as const)('an allowance of %s that comes to be while an order waits', (_name, part) => {
  const noon = Date.parse('2026-11-26T12:00:00Z');
  /** A key of a project, an order of it that is open, and the act that gives it an allowance more, which is not over yet. */
  const begin = async () => {
    await empty();
    const { record } = await createApiKey(new SqlApiKeyStore(db), { nowMs: () => noon }, { name: 'k' });
    const fields = { keyId: record.id, endUser: 'ada', createdAtMs: noon };
    const open = plainOpening(fields);
    await ledgerOf(second, 'inst_b').open(open);
    const act = await db.startTransaction().execute();
    await new SqlAllowanceStore(act, { nowMs: () => noon }, 'postgres').setLimits(
      part.kind === 'key' ? { ...part, id: record.id } : { ...part, projectId: 'proj_default' },
      { maxOpen: 5 },
    );
    return { open, another: plainOpening(fields), act };
  };
  const isWaiting = async (): Promise<boolean> =>
    (
      await sql<{
        n: number;
      }>`select count(*) as n from pg_stat_activity where wait_event_type = 'Lock'`.execute(db)
    ).rows[0]?.n === 1;

  test('counts that order', async () => {
    const { another, act } = await begin();
    const opened = ledgerOf(second, 'inst_b').open(another);
    await expect.poll(isWaiting, { timeout: 20_000, interval: 5 }).toBe(true);
    await act.commit().execute();
    await opened;
    expect(await bookFaults(db)).toEqual([]);
  });

  test('counts the end of one', async () => {
    const { open, act } = await begin();
    const ended = ledgerOf(second, 'inst_b').complete(open.id, plainCompletion({ finishedAtMs: noon }), []);
    await expect.poll(isWaiting, { timeout: 20_000, interval: 5 }).toBe(true);
    await act.commit().execute();
    expect(await ended).toBe(true);
    expect(await bookFaults(db)).toEqual([]);
  });
});

const order = (id: string, projectId = 'proj_default') => ({
  id,
  keyId: 'key_1',
  projectId,
  operation: 'generate' as const,
  model: 'm',
  requestedModel: 'm',
  imagesRequested: 1,
  reservedMicroUsd: 40_000,
  createdAtMs: Date.now(),
  endUser: null,
  upstream: null,
});

describe('processes that share PostgreSQL', () => {
  const heart = (changes: Partial<ConstructorParameters<typeof Instance>[1]> = {}) =>
    new Instance(db, {
      version: 'test',
      closeLost: () => closeLost(db, bookStatements('postgres'), Date.now()),
      onClosed: () => undefined,
      onTrouble: () => undefined,
      ...changes,
    });

  test('orders of a process whose heart stopped are closed as unknown, those of a living one are left alone', async () => {
    await empty();
    const [living, dead] = [heart(), heart()];
    for (const instance of [living, dead]) await instance.start();
    const open = (instance: Instance, id: string) =>
      new SqlLedger(db, { postgres: { instance } }).open(order(id));
    await Promise.all([open(living, 'req_1'), open(dead, 'req_2'), open(dead, 'req_3')]);
    await sql`update instances set heartbeat_at_ms = heartbeat_at_ms - 31000 where id = ${dead.id}`.execute(
      db,
    );
    // Several may find them at once.
    await Promise.all([living.reap(), heart().reap(), living.reap()]);
    const rows = await db
      .selectFrom('ledger')
      .select(['id', 'status', 'cost_micro_usd'])
      .orderBy('id')
      .execute();
    expect(rows).toEqual([
      { id: 'req_1', status: 'open', cost_micro_usd: 0 },
      { id: 'req_2', status: 'unknown', cost_micro_usd: 40_000 },
      { id: 'req_3', status: 'unknown', cost_micro_usd: 40_000 },
    ]);
    expect(await bookFaults(db)).toEqual([]);
    await living.end();
    await heart().reap();
    expect(await db.selectFrom('ledger').select('id').where('status', '=', 'open').execute()).toEqual([]);
    expect(await bookFaults(db)).toEqual([]);
    await dead.end();
  });

  test('a process that finds itself taken for dead goes on under a new id', async () => {
    await empty();
    const instance = heart({ beatMs: 20 });
    await instance.start();
    const before = instance.id;
    await sql`update instances set ended_at_ms = 1 where id = ${before}`.execute(db);
    await expect.poll(() => instance.id, { timeout: 20_000 }).not.toBe(before);
    await instance.end();
  });

  test('times of orders are those of the database', async () => {
    await empty();
    const ledger = new SqlLedger(db, { postgres: { instance: { id: 'inst_a' } } });
    const before = Date.now();
    await ledger.open({ ...order(newId('req', before)), createdAtMs: 5 });
    const [row] = await db.selectFrom('ledger').select('created_at_ms').execute();
    // The same machine, whose clock both read.
    expect(Math.abs((row?.created_at_ms ?? 0) - before)).toBeLessThan(60_000);
  });

  test('a server that starts before its database waits for it', async () => {
    await server.stop('fast');
    const opening = openStore({ url: server.url, file: '', patienceMs: 60_000 });
    await expect(openStore({ url: server.url, file: '' })).rejects.toMatchObject({
      code: 'storage_unavailable',
    });
    await server.start();
    await (await opening).close();
  }, 60_000);

  test('an order waits for a database that crashes and comes back, and is there once', async () => {
    await empty();
    const { id: projectId } = await createProject(
      new SqlProjectStore(db),
      { nowMs: () => 1 },
      { name: 'p', limits: noLimits },
    );
    const ledger = new SqlLedger(db, { postgres: { instance: { id: 'inst_a' } } });
    await ledger.open(order('req_0', projectId));
    await server.stop('immediate');
    const waiting = ledger.open(order('req_1', projectId));
    await server.start();
    expect(await waiting).toEqual({});
    const rows = await db.selectFrom('ledger').select(['id', 'status']).orderBy('id').execute();
    expect(rows).toEqual([
      { id: 'req_0', status: 'open' },
      { id: 'req_1', status: 'open' },
    ]);
    expect(await bookFaults(db)).toEqual([]);
  });

  test('an order of a database that stands still is refused, and is not open once it goes on', async () => {
    await empty();
    const ledger = new SqlLedger(db, { postgres: { instance: { id: 'inst_a' } } });
    await ledger.open(order('req_0'));
    server.signal('SIGSTOP');
    const refused = ledger.open(order('req_1'));
    await expect(refused).rejects.toMatchObject({ code: 'storage_unavailable', retryAfterSeconds: 5 });
    server.signal('SIGCONT');
    await ledger.open(order('req_2'));
    const open = async () =>
      (await db.selectFrom('ledger').select('id').where('status', '=', 'open').orderBy('id').execute()).map(
        ({ id }) => id,
      );
    await expect.poll(open, { timeout: 30_000 }).toEqual(['req_0', 'req_2']);
    expect(await bookFaults(db)).toEqual([]);
  }, 90_000);

  test('a key is found when the database is back, so that an order outlasts its restart', async () => {
    await server.stop('fast');
    const found = new SqlApiKeyStore(db, { patienceMs: 60_000 }).findByHash(Buffer.alloc(32, 9));
    const impatient = new SqlApiKeyStore(db).findByHash(Buffer.alloc(32, 9));
    await expect(impatient).rejects.toMatchObject({ code: 'storage_unavailable' });
    await server.start();
    expect(await found).toBeUndefined();
  }, 60_000);

  test('a database that stays away refuses orders, and one that was written unheard is canceled at no cost', async () => {
    await empty();
    const ledger = new SqlLedger(db, { postgres: { instance: { id: 'inst_a' } } });
    await server.stop('immediate');
    await expect(ledger.open(order('req_1'))).rejects.toMatchObject({
      code: 'storage_unavailable',
      retryAfterSeconds: 5,
    });
    await server.start();
    // As if its commit had gone through after all.
    await new SqlLedger(db, { postgres: { instance: { id: 'inst_a' } } }).open(order('req_1'));
    const status = async () =>
      (await db.selectFrom('ledger').select(['status', 'cost_micro_usd']).execute())[0];
    await expect.poll(status, { timeout: 20_000 }).toEqual({ status: 'canceled', cost_micro_usd: 0 });
    expect(await bookFaults(db)).toEqual([]);
  }, 60_000);
});

test('a report on PostgreSQL is the same as beside it, and is given up in the database when nobody waits any more', async () => {
  await empty();
  const ledger = ledgerOf(first, 'inst_a');
  // Not an id of the tests before: they may leave one in doubt, whose order is canceled when the database comes back.
  await ledger.open({ ...order('req_told'), createdAtMs: 1 });
  const reports = postgresReports(server.url, () => undefined);
  const leaving = new AbortController();
  const reader = await reports.open(leaving.signal);
  for (const by of [['key'], ['user', 'hour']] as const)
    expect(await reader.totals({ by })).toEqual(await ledger.totals({ by }));
  expect(await reader.orders({ limit: 5 })).toEqual(await ledger.list({ limit: 5 }));
  // Outside the transaction: within one, what was seen of the others first is seen until it ends. Reports alone ask for this:
  // what else of the tests before still writes hours is not counted.
  const waiting = async (): Promise<number> =>
    (
      await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%min(hour_ms)%'`.execute(
        db,
      )
    ).rows.length;
  await db.transaction().execute(async (transaction) => {
    // Whoever stalls with a lock is cut off after a second, which is soon over on a busy machine.
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(transaction);
    await sql`lock table usage_hours in access exclusive mode`.execute(transaction);
    const report = reader.totals({ by: [] });
    report.catch(() => undefined);
    await expect.poll(waiting, { timeout: 10_000 }).toBe(1);
    leaving.abort(new Error('the client left'));
    await expect(report).rejects.toThrow('the client left');
    await expect.poll(waiting, { timeout: 10_000 }).toBe(0);
  });
  await reader.close();
  await reports.close();
});
