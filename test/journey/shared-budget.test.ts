import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../src/app/lifecycle.ts';
import { createApiKey } from '../../src/access/manage-keys.ts';
import { createProject } from '../../src/access/manage-projects.ts';
import { withRecords } from '../../src/cli/open-records.ts';
import { noLimits } from '../../src/journey/limits.ts';
import { openPostgres } from '../../src/store/sql/open-postgres.ts';
import { bookFaults } from '../support/book-faults.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
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

/** Orders as fast as it can, 200 in flight; tells how many were admitted. */
const processProgram = (modules: string) => `
import { openPostgres } from ${JSON.stringify(`${modules}/open-postgres.ts`)};
import { SqlLedger } from ${JSON.stringify(`${modules}/sql-ledger.ts`)};
import { newId } from ${JSON.stringify(new URL('../../src/kernel/ids.ts', import.meta.url).href)};
const [url, keyId, projectId, count] = process.argv.slice(1);
const { db, close } = openPostgres(url);
const ledger = new SqlLedger(db, { postgres: { instance: { id: 'inst_' + process.pid } } });
let left = Number(count), admitted = 0;
await Promise.all(Array.from({ length: 200 }, async () => {
  while (left-- > 0) {
    const id = newId('req', Date.now());
    try {
      await ledger.open({ id, keyId, projectId, operation: 'generate', model: 'm', requestedModel: 'm', imagesRequested: 1,
        reservedMicroUsd: 40_000, createdAtMs: Date.now(), endUser: null, upstream: null });
    } catch (error) {
      if (error.code !== 'budget_exceeded') throw error;
      continue;
    }
    admitted++;
    await ledger.complete(id, { status: 'succeeded', errorCode: null, upstream: 'u', imagesDelivered: 1, inputTokens: 1, outputTokens: 1,
      outputImageTokens: 1, usageSource: 'upstream', costMicroUsd: 40_000, bytesOut: 1, attempts: 0, finishedAtMs: Date.now() }, []);
  }
}));
await close();
process.stdout.write(String(admitted));
`;

test('three processes with two hundred orders in flight each admit exactly as many of ten thousand as the budget holds', async () => {
  const [first] = gateways;
  if (first === undefined) throw new Error('a gateway is needed');
  const { keyId, projectId } = await withRecords(first.app.config, async ({ projects, keys }) => {
    const limits = { ...noLimits, totalMicroUsd: 1000 * 40_000 };
    const project = await createProject(projects, clock, { name: 'edge', limits });
    const { record } = await createApiKey(keys, clock, { name: 'edge', projectId: project.id });
    return { keyId: record.id, projectId: project.id };
  });
  const program = processProgram(new URL('../../src/store/sql', import.meta.url).href);
  const told = await Promise.all(
    [1, 2, 3].map(async () => {
      const child = spawn(
        process.execPath,
        ['--input-type=module', '-e', program, server.url, keyId, projectId, '3334'],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
      const [code] = (await once(child, 'close')) as [number | null];
      expect(code).toBe(0);
      return Number(output);
    }),
  );
  expect(told.reduce((sum, admitted) => sum + admitted, 0)).toBe(1000);
  const db = openPostgres(server.url);
  const rows = await db.db
    .selectFrom('ledger')
    .select('cost_micro_usd')
    .where('project_id', '=', projectId)
    .execute();
  expect(rows.reduce((sum, row) => sum + row.cost_micro_usd, 0)).toBe(1000 * 40_000);
  expect(rows).toHaveLength(1000);
  expect(await bookFaults(db.db)).toEqual([]);
  await db.close();
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
