import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../src/app/lifecycle.ts';
import { createApiKey } from '../../src/access/manage-keys.ts';
import { withRecords } from '../../src/cli/open-records.ts';
import { noLimits } from '../../src/journey/limits.ts';
import { openPostgres } from '../../src/store/sql/open-postgres.ts';
import { SqlLedger } from '../../src/store/sql/sql-ledger.ts';
import { sql } from 'kysely';
import { bookFaults } from '../support/book-faults.ts';
import { plainOpening } from '../support/plain-orders.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { edgeBudgetMicroUsd, roomForOrders, runEdge } from '../support/run-edge.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

let server: PostgresServer;
let gateways: readonly Gateway[] = [];
beforeAll(async () => {
  server = await startPostgres();
  const env = { DATABASE_URL: server.url };
  gateways = await Promise.all([startGateway({ env }), startGateway({ env })]);
}, 120_000);
afterAll(async () => {
  for (const gateway of gateways) await gateway.close();
  await server.remove();
});

const clock = { nowMs: () => Date.now() };
const draw = ({ url }: Gateway, key: string, query = '') =>
  fetch(`${url}/v1/images/generations${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: '{"prompt":"a fox"}',
  });

test('two servers on one PostgreSQL hold a budget together, and know each other’s keys', async () => {
  const [first, second] = gateways;
  if (first === undefined || second === undefined) throw new Error('two gateways are needed');
  const dry = await draw(first, first.key, '?dry_run=true');
  const { highest_price_micro_usd: price } = (await dry.json()) as { highest_price_micro_usd: number };
  const { key, record } = await withRecords(first.app.config, ({ keys }) =>
    createApiKey(keys, clock, { name: 'web', limits: { ...noLimits, totalMicroUsd: price * 5 } }),
  );
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) => draw(index % 2 === 0 ? first : second, key)),
  );
  const statuses = answers.map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  const db = openPostgres(server.url);
  const { total_used_micro_usd: used } = await db.db
    .selectFrom('allowances')
    .select('total_used_micro_usd')
    .where('id', '=', record.id)
    .executeTakeFirstOrThrow();
  expect(used).toBeLessThanOrEqual(price * 5);
  expect(await db.db.selectFrom('ledger').select('id').execute()).toHaveLength(
    statuses.filter((status) => status === 200).length,
  );
  expect(await bookFaults(db.db)).toEqual([]);
  await db.close();
  for (const gateway of gateways) expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
}, 60_000);

test('three processes with two hundred orders in flight each admit exactly as many of ten thousand as the budget holds', async () => {
  const { db, close } = openPostgres(server.url);
  expect(await runEdge(db, server.url, 'edge')).toMatchObject({
    admitted: roomForOrders,
    rows: roomForOrders,
    sumMicroUsd: edgeBudgetMicroUsd,
    usedMicroUsd: edgeBudgetMicroUsd,
    open: 0,
  });
  expect(await bookFaults(db)).toEqual([]);
  await close();
}, 120_000);

test('a request sent to two servers with one key is one order, whichever of them draws it', async () => {
  const [first, second] = gateways;
  if (first === undefined || second === undefined) throw new Error('two gateways are needed');
  const { key, record } = await withRecords(first.app.config, ({ keys }) =>
    createApiKey(keys, clock, { name: 'twice' }),
  );
  const send = ({ url }: Gateway) =>
    fetch(`${url}/v1/images/generations`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': 'once',
      },
      body: '{"prompt":"a fox"}',
    });
  const both = await Promise.all([send(first), send(second)]);
  expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 409]);
  const hasFirst = both[0]?.status === 200;
  const [drew, other] = hasFirst ? [first, second] : [second, first];
  const picture = await both.find(({ status }) => status === 200)?.text();
  expect(await (await send(drew)).text()).toBe(picture);
  // Its answer lies on the other's disk; nothing is drawn for it.
  const elsewhere = await send(other);
  expect([elsewhere.status, elsewhere.headers.get('x-should-retry')]).toEqual([409, 'false']);
  const orders = await withRecords(first.app.config, ({ ledger }) =>
    ledger.list({ keyIds: [record.id], limit: 10 }),
  );
  expect(orders).toHaveLength(1);
});

test('an order of a process that does not listen is one of a living process, so that others close it only when it has ended', async () => {
  const [first] = gateways;
  if (first === undefined) throw new Error('a gateway is needed');
  const app = await createApp(first.app.config);
  const { order } = await app.runOrder({
    body: { prompt: 'a fox' },
    signal: new AbortController().signal,
  });
  const db = openPostgres(server.url);
  const lives = () =>
    db.db
      .selectFrom('ledger')
      .innerJoin('instances', 'instances.id', 'ledger.instance_id')
      .where('ledger.id', '=', order.id)
      .select('instances.ended_at_ms')
      .executeTakeFirstOrThrow();
  expect((await lives()).ended_at_ms).toBeNull();
  await app.drain();
  expect((await lives()).ended_at_ms).toBeGreaterThan(0);
  await db.close();
});

test('a server that starts closes the orders of one that has been silent for half a minute, and no others', async () => {
  const { db, close } = openPostgres(server.url);
  const ledger = (id: string) => new SqlLedger(db, { postgres: { instance: { id } } });
  const silentMs = { inst_silent: 31_000, inst_living: 0 };
  for (const [id, ms] of Object.entries(silentMs)) {
    const beat = sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint) - ${sql.lit(ms)}`;
    await sql`insert into instances values (${id}, ${beat}, ${beat}, null, 'test')`.execute(db);
    await ledger(id).open(plainOpening({ id: `req_${id}`, createdAtMs: Date.now() }));
  }
  const started = await startGateway({ env: { DATABASE_URL: server.url } });
  expect((await ledger('').find('req_inst_silent'))?.status).toBe('unknown');
  expect((await ledger('').find('req_inst_living'))?.status).toBe('open');
  await started.close();
  await close();
});
