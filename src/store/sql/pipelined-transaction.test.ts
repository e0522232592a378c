import { CompiledQuery, sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { plainAttempt, plainCompletion, plainOpening } from '../../../test/support/plain-orders.ts';
import { type PostgresServer, startPostgres } from '../../../test/support/postgres-server.ts';
import { createApiKey } from '../../access/manage-keys.ts';
import { createProject } from '../../access/manage-projects.ts';
import { noLimits } from '../../journey/limits.ts';
import { migrate } from './migrate.ts';
import type { OpenDatabase } from './open-database.ts';
import { openPostgres } from './open-postgres.ts';
import { pipelinedTransaction } from './pipelined-transaction.ts';
import { SqlApiKeyStore } from './sql-api-key-store.ts';
import { SqlLedger } from './sql-ledger.ts';
import { SqlProjectStore } from './sql-project-store.ts';

let server: PostgresServer;
let opened: OpenDatabase;
beforeAll(async () => {
  server = await startPostgres();
  opened = openPostgres(server.url, undefined, { maxConnections: 1 });
  await migrate(opened.db, 'postgres');
  await sql`create table numbers (number integer primary key)`.execute(opened.db);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await opened.close();
  await server.remove();
});
beforeEach(async () => {
  await sql`truncate numbers`.execute(opened.db);
});

const insert = (number: number) => CompiledQuery.raw('insert into numbers values ($1)', [number]);
const one = CompiledQuery.raw('select 1');
const numbers = async () =>
  (await sql<{ number: number }>`select number from numbers order by number`.execute(opened.db)).rows.map(
    ({ number }) => number,
  );
const nothing = (): void => undefined;

test('it holds when all statements succeed, heard of or not', async () => {
  const value = await pipelinedTransaction(opened.db, async (runner) => {
    await runner.executeQuery(one);
    for (const number of [1, 2, 3]) runner.executeQuery(insert(number)).catch(nothing);
    return 'done';
  });
  expect([value, await numbers()]).toEqual(['done', [1, 2, 3]]);
});

test('one statement that fails unheard undoes all of it, is told, and leaves the connection fit for the next', async () => {
  const failing = pipelinedTransaction(opened.db, async (runner) => {
    await runner.executeQuery(one);
    for (const number of [1, 2, 2, 3]) runner.executeQuery(insert(number)).catch(nothing);
  });
  await expect(failing).rejects.toThrow('duplicate key');
  expect(await numbers()).toEqual([]);
  await pipelinedTransaction(opened.db, (runner) => runner.executeQuery(insert(7)));
  expect(await numbers()).toEqual([7]);
});

test('what is thrown after writes undoes them', async () => {
  const failing = pipelinedTransaction(opened.db, async (runner) => {
    await runner.executeQuery(insert(1));
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await numbers()).toEqual([]);
});

test('where the transaction did not begin, nobody is given an answer to write by', async () => {
  const query = vi.spyOn(Client.prototype, 'query') as unknown as {
    mockImplementationOnce(work: () => Promise<never>): void;
    mockRestore(): void;
  };
  query.mockImplementationOnce(() => Promise.reject(new Error('canceled')));
  const failing = pipelinedTransaction(opened.db, async (runner) => {
    await runner.executeQuery(one);
    await runner.executeQuery(insert(1));
  });
  await expect(failing).rejects.toThrow('canceled');
  query.mockRestore();
  expect(await numbers()).toEqual([]);
});

const tables = ['ledger', 'allowances', 'api_keys', 'attempts', 'usage_hours', 'book_state'];
/** What a statement does to which table. */
function nameOf(statement: string): string {
  const word = statement.match(/^with s .*?\) (update|insert)|^\w+/s);
  const table = statement.match(/(?:from|into|update) (\w+)\b(?!\()/)?.[1];
  return [word?.[1] ?? word?.[0], ...tables.filter((name) => name === table)].join(' ');
}

/** What is sent to the database meanwhile, and how often somebody waits for an answer before sending more. */
async function countedStatements(work: () => Promise<unknown>) {
  const statements: string[] = [];
  let [turns, underWay] = [0, 0];
  const query = Reflect.get(Client.prototype, 'query') as (...args: unknown[]) => Promise<unknown>;
  const spy = vi.spyOn(Client.prototype, 'query').mockImplementation(function (this: Client, ...args) {
    statements.push(nameOf(args[0]));
    if (underWay++ === 0) turns++;
    const answer = query.apply(this, args);
    const end = (): void => void underWay--;
    answer.then(end, end);
    return answer as never;
  });
  await work();
  spy.mockRestore();
  return { statements, turns };
}

test('an order takes sixteen statements in four turns: one to read and one to write when it is admitted, and when it ends', async () => {
  const clock = { nowMs: () => Date.now() };
  const { db } = opened;
  const limits = { ...noLimits, totalMicroUsd: 1_000_000, requestsPerMinute: 100 };
  const project = await createProject(new SqlProjectStore(db), clock, { name: 'shop', limits });
  const wish = { name: 'campaign', projectId: project.id, limits };
  const { record } = await createApiKey(new SqlApiKeyStore(db), clock, wish);
  const ledger = new SqlLedger(db, { postgres: { instance: { id: 'inst_a' } } });
  const opening = plainOpening({ keyId: record.id, projectId: project.id, createdAtMs: Date.now() });
  const read = ['begin', 'select allowances', 'select api_keys', 'select book_state'];
  expect(await countedStatements(() => ledger.open(opening))).toEqual({
    statements: [...read, 'insert ledger', 'update allowances', 'commit'],
    turns: 2,
  });
  const completion = plainCompletion({ finishedAtMs: Date.now() });
  expect(await countedStatements(() => ledger.complete(opening.id, completion, [plainAttempt()]))).toEqual({
    statements: [
      'begin',
      'select ledger',
      'select allowances',
      'select book_state',
      'update ledger',
      'insert attempts',
      'update allowances',
      'insert usage_hours',
      'commit',
    ],
    turns: 2,
  });
});
