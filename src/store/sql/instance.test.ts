import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CompiledQuery, type DatabaseConnection, DummyDriver, Kysely, type QueryResult } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Database } from './database-schema.ts';
import { Instance } from './instance.ts';
import { dryDialects } from './query-runner.ts';

const beatMs = 5000;
const reapMs = 15_000;
const statements: string[] = [];
/** While it is there, the database does not answer. */
let hang: PromiseWithResolvers<void> | undefined;
const troubles: unknown[] = [];

class HangingDriver extends DummyDriver {
  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection();
    const executeQuery = async <Row>({ sql }: CompiledQuery): Promise<QueryResult<Row>> => {
      statements.push(nameOf(sql));
      await hang?.promise;
      return { rows: [], numAffectedRows: 1n };
    };
    return { ...connection, executeQuery };
  }
}

const nameOf = (statement: string): string => {
  if (statement.startsWith('insert')) return 'enter';
  if (statement.includes('set "heartbeat_at_ms"')) return 'beat';
  return statement.includes('where "id"') ? 'end' : 'reap';
};
const db = new Kysely<Database>({
  dialect: { ...dryDialects.postgres, createDriver: () => new HangingDriver() },
});
const newInstance = (closeLost = async () => 0): Instance =>
  new Instance(db, {
    version: '1',
    beatMs,
    reapMs,
    closeLost,
    onClosed: () => undefined,
    onTrouble: (error) => troubles.push(error),
  });
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await nextTurn();
};
/** Time goes by, and what is to be done at each moment of it is done. */
const pass = async (ms: number): Promise<void> => {
  for (let passedMs = 0; passedMs < ms; passedMs += beatMs) {
    vi.advanceTimersByTime(beatMs);
    await turns();
  }
};
const answer = async (): Promise<void> => {
  const hung = hang;
  hang = undefined;
  hung?.resolve();
  await turns();
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  hang = undefined;
  statements.length = 0;
  troubles.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

test('a database that hangs is asked for one beat and one look at the others, and not for those it missed', async () => {
  const instance = newInstance();
  await instance.start();
  hang = Promise.withResolvers();
  await pass(100 * beatMs);
  expect(statements).toEqual(['enter', 'beat', 'reap']);
  await answer();
  expect(statements).toEqual(['enter', 'beat', 'reap']);
  await pass(beatMs);
  expect(statements.slice(3)).toEqual(['beat']);
  await instance.end();
});

test('the heart beats while orders of ended processes are closed, however long that takes', async () => {
  const closing = Promise.withResolvers<number>();
  const instance = newInstance(() => closing.promise);
  await instance.start();
  await pass(reapMs + 3 * beatMs);
  expect(statements.slice(-3)).toEqual(['beat', 'beat', 'beat']);
  expect(statements.filter((name) => name === 'reap')).toHaveLength(1);
  closing.resolve(0);
  await instance.end();
});

test('a process ends behind what it has under way, and begins nothing more', async () => {
  const instance = newInstance();
  await instance.start();
  hang = Promise.withResolvers();
  await pass(3 * beatMs);
  const ended = instance.end();
  await pass(reapMs);
  expect(statements).toEqual(['enter', 'beat', 'reap']);
  await answer();
  await ended;
  expect(statements).toEqual(['enter', 'beat', 'reap', 'end']);
});

test('a beat that fails is told, and the next is tried', async () => {
  const instance = newInstance();
  await instance.start();
  hang = Promise.withResolvers();
  await pass(beatMs);
  const hung = hang;
  hang = undefined;
  hung.reject(new Error('connection lost'));
  await turns();
  expect(troubles).toEqual([new Error('connection lost')]);
  await pass(beatMs);
  expect(statements).toEqual(['enter', 'beat', 'beat']);
  await instance.end();
});
