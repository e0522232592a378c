import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Kysely, type QueryResult, sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { Combiner, type CombinerOptions, type Transact } from './combiner.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import type { Database } from './database-schema.ts';

let directory: string;
let opened: OpenDatabase;
let stranger: DatabaseSync;
/** The transaction of every write that ran, in order. */
let ran: unknown[];
let writes: Combiner<Write, QueryResult<unknown>, Kysely<Database>>;

const transact: Transact<Kysely<Database>> = (work) => opened.db.transaction().execute(work);
type Write = (db: Kysely<Database>) => Promise<QueryResult<unknown>>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plantain-grouped-'));
  opened = openDatabase(join(directory, 'plantain.db'), { lockWaitMs: 60 });
  await sql`create table numbers (number integer primary key) strict`.execute(opened.db);
  stranger = new DatabaseSync(join(directory, 'plantain.db'));
  ran = [];
  writes = new Combiner(transact, async (db, tasks) => {
    const results = [];
    for (const write of tasks) results.push(await write(db));
    return results;
  });
});
afterEach(async () => {
  stranger.close();
  await opened.close();
  await rm(directory, { recursive: true });
});

/** An insert that tells in which transaction it ran. */
const insert =
  (number: unknown) =>
  (db: Kysely<Database>): Promise<QueryResult<unknown>> => {
    ran.push(db);
    return sql`insert into numbers values (${number})`.execute(db);
  };

const add = (number: unknown) => writes.run(insert(number));
const numbers = async () =>
  (await sql<{ number: number }>`select number from numbers order by number`.execute(opened.db)).rows.map(
    ({ number }) => number,
  );

test('writes of one turn share a transaction, and each hears of its own end', async () => {
  const results = await Promise.all([add(1), add(2), add(3)]);
  expect(results.map(({ numAffectedRows }) => numAffectedRows)).toEqual([1n, 1n, 1n]);
  expect(new Set(ran).size).toBe(1);
  expect(await numbers()).toEqual([1, 2, 3]);
});

/** Answers each task with its transaction. */
const whichTransaction = (options: CombinerOptions<number>) =>
  new Combiner<number, object, Kysely<Database>>(transact, async (db, tasks) => tasks.map(() => db), options);
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await nextTurn();
};
/** Longer than a test may take. */
const forever = 600_000;

test('tasks that come while the first of them gathers share a transaction, however many turns lie between them', async () => {
  const gathering = whichTransaction({ gatherMs: () => 500 });
  const first = gathering.run(1);
  await turns();
  const second = gathering.run(2);
  expect(await first).toBe(await second);
  // As long as the first: the one before is over.
  const third = gathering.run(3);
  await turns();
  expect(await gathering.run(4)).toBe(await third);
  expect(await third).not.toBe(await first);
});

test('a group begins when everybody who is expected waits, and not before', async () => {
  let most = 3;
  const gathering = whichTransaction({ gatherMs: () => forever, mostTasks: () => most });
  const [first, second] = [gathering.run(1), gathering.run(2)];
  await turns();
  const third = gathering.run(3);
  const ran = await Promise.all([first, second, third]);
  expect(new Set(ran).size).toBe(1);
  // Who is expected to be alone waits for nobody.
  most = 1;
  expect(ran).not.toContain(await gathering.run(4));
});

test('a task that is answered with an error fails alone, and the group holds', async () => {
  const no = new Error('no');
  const some = new Combiner<number, number, Kysely<Database>>(transact, async (_db, tasks) =>
    tasks.map((task) => (task === 2 ? no : task * 10)),
  );
  const answers = await Promise.allSettled([some.run(1), some.run(2), some.run(3)]);
  expect(answers).toEqual([
    { status: 'fulfilled', value: 10 },
    { status: 'rejected', reason: no },
    { status: 'fulfilled', value: 30 },
  ]);
});

test('a group that failed is done again in halves that are told so, and each bad task fails alone', async () => {
  const groups: [readonly number[], boolean][] = [];
  const some = new Combiner<number, number, Kysely<Database>>(transact, async (_db, tasks, isRedo) => {
    groups.push([tasks, isRedo]);
    if (tasks.includes(3)) throw new Error('three');
    return tasks;
  });
  const answers = await Promise.allSettled([1, 2, 3, 4].map((task) => some.run(task)));
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(groups).toEqual([
    [[1, 2, 3, 4], false],
    [[1, 2], true],
    [[3, 4], true],
    [[3], true],
    [[4], true],
  ]);
});

test('a bad row fails alone', async () => {
  const answers = await Promise.allSettled([add(1), add('one'), add(2)]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await numbers()).toEqual([1, 2]);
  await expect(add(1)).rejects.toThrow('UNIQUE');
});

test('what comes while the lock is waited for goes along in the same transaction', async () => {
  stranger.exec('begin immediate');
  const early = add(1);
  for (let turn = 0; turn < 10; turn++) await nextTurn();
  expect(ran).toEqual([]);
  const late = add(2);
  stranger.exec('rollback');
  await Promise.all([early, late]);
  expect([ran.length, new Set(ran).size]).toEqual([2, 1]);
});

test('a lock that stays fails all that wait with one error, after one wait, and runs none of them', async () => {
  stranger.exec('begin immediate');
  const answers = await Promise.allSettled(Array.from({ length: 100 }, (_, number) => add(number)));
  const reasons = new Set(
    answers.map((answer) => answer.status === 'rejected' && (answer.reason as unknown)),
  );
  expect([...reasons]).toEqual([expect.objectContaining({ code: 'storage_unavailable' })]);
  expect(ran).toEqual([]);
  stranger.exec('rollback');
  await add(1000);
  expect(await numbers()).toEqual([1000]);
});

test('a store that fails in the middle of a group is not asked once more for each row', async () => {
  const full = new PlantainError('storage_full', 'full');
  const failing = (): Promise<never> => Promise.reject(full);
  const answers = await Promise.allSettled([add(1), writes.run(failing), add(2)]);
  expect(answers.map((answer) => answer.status === 'rejected' && (answer.reason as unknown))).toEqual([
    full,
    full,
    full,
  ]);
  expect(ran).toHaveLength(1);
  expect(await numbers()).toEqual([]);
});

test('a store that fails while parts are tried again is not asked again for the rest', async () => {
  let calls = 0;
  const full = new PlantainError('storage_full', 'full');
  const failing = (): Promise<never> => Promise.reject(++calls === 1 ? new Error('a bad row') : full);
  const answers = await Promise.allSettled([add(1), writes.run(failing), add(2), add(3)]);
  expect(answers.map((answer) => answer.status === 'rejected' && (answer.reason as unknown))).toEqual([
    full,
    full,
    full,
    full,
  ]);
  expect([calls, await numbers()]).toEqual([2, []]);
});

test('a long line is written in groups, so that the event loop turns between them', async () => {
  let turn = 0;
  const turns = new Set<number>();
  let isWriting = true;
  const tick = (): void => {
    turn++;
    if (isWriting) setImmediate(tick);
  };
  tick();
  const noting = (number: number) => (db: Kysely<Database>) => {
    turns.add(turn);
    return insert(number)(db);
  };
  await Promise.all(Array.from({ length: 1000 }, (_, number) => writes.run(noting(number))));
  isWriting = false;
  expect(turns.size).toBe(4);
  const sizes = [...Map.groupBy(ran, (transaction) => transaction).values()].map((group) => group.length);
  expect(sizes).toEqual([256, 256, 256, 232]);
  expect(await numbers()).toHaveLength(1000);
});

/** Transactions that begin when the test says so. */
function slowToBegin(): {
  readonly transactSlowly: Transact<Kysely<Database>>;
  readonly begin: (() => Promise<unknown>)[];
} {
  const begin: (() => Promise<unknown>)[] = [];
  const transactSlowly: Transact<Kysely<Database>> = (work) =>
    new Promise((resolve, reject) => {
      begin.push(async () => {
        const done = Promise.resolve(opened.db).then(work);
        done.then(resolve, reject);
        return done;
      });
    });
  return { transactSlowly, begin };
}

const unavailable = expect.objectContaining({ code: 'storage_unavailable' }) as unknown;

test('a store that does not answer fails all that wait once their patience is over, those behind too, which are not tried', async () => {
  const { promise: standsStill, resolve: goesOn } = Promise.withResolvers<void>();
  const started: (readonly number[])[] = [];
  const some = new Combiner<number, number, Kysely<Database>>(
    transact,
    async (_db, tasks) => {
      started.push(tasks);
      if (started.length === 1) await standsStill;
      return tasks;
    },
    { patienceMs: 100 },
  );
  const first = some.run(1);
  await expect.poll(() => started.length).toBe(1);
  const behind = some.run(2);
  expect(await Promise.allSettled([first, behind])).toEqual([
    { status: 'rejected', reason: unavailable },
    { status: 'rejected', reason: unavailable },
  ]);
  goesOn();
  expect(await some.run(3)).toBe(3);
  expect(started).toEqual([[1], [3]]);
});

test('a transaction that begins only when it was given up does nothing, and takes nothing from the next', async () => {
  const { transactSlowly, begin } = slowToBegin();
  const groups: (readonly number[])[] = [];
  const some = new Combiner<number, number, Kysely<Database>>(
    transactSlowly,
    async (_db, tasks) => {
      groups.push(tasks);
      return tasks;
    },
    { patienceMs: 100 },
  );
  await expect(some.run(1)).rejects.toMatchObject({ code: 'storage_unavailable' });
  const next = some.run(2);
  await expect.poll(() => begin.length).toBe(2);
  await expect(begin[0]?.()).rejects.toThrow('nobody waits');
  await begin[1]?.();
  expect(await next).toBe(2);
  expect(groups).toEqual([[2]]);
});
