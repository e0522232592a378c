import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PlantainError } from '../../kernel/plantain-error.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { toStorageError } from './storage-error.ts';

let directory: string;
let path: string;
let opened: OpenDatabase;
/** Stands for another process: SQLite tells connections apart, not processes. */
let stranger: DatabaseSync;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plantain-driver-'));
  path = join(directory, 'plantain.db');
  await reopen({});
});
afterEach(async () => {
  stranger.close();
  await opened.close();
  await rm(directory, { recursive: true });
});

async function reopen(options: { lockWaitMs?: number }): Promise<void> {
  await opened?.close();
  opened = openDatabase(path, options);
  await sql`create table if not exists notes (text text) strict`.execute(opened.db);
  stranger = new DatabaseSync(path);
}

const write = (text: string) => sql`insert into notes values (${text})`.execute(opened.db);
const notes = async () =>
  (await sql<{ text: string }>`select text from notes order by text`.execute(opened.db)).rows.map(
    ({ text }) => text,
  );
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await nextTurn();
};
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as PlantainError,
  );

test('while another process holds the lock the event loop turns, reads are answered, and writes follow', async () => {
  await write('before');
  stranger.exec('begin immediate');
  const done: string[] = [];
  const alone = write('alone').then(() => done.push('alone'));
  const together = opened.db
    .transaction()
    .execute((transaction) => sql`insert into notes values ('together')`.execute(transaction))
    .then(() => done.push('together'));
  await turns(50);
  expect(await notes()).toEqual(['before']);
  expect(done).toEqual([]);
  stranger.exec('rollback');
  await Promise.all([alone, together]);
  expect(await notes()).toEqual(['alone', 'before', 'together']);
});

test('whoever waits longer than allowed is told to come back, and nothing of it is written later', async () => {
  await reopen({ lockWaitMs: 0 });
  stranger.exec('begin immediate');
  for (const work of [
    () => write('alone'),
    () => opened.db.transaction().execute((transaction) => sql`delete from notes`.execute(transaction)),
  ]) {
    const error = await failureOf(work());
    expect([error?.code, error?.retryAfterSeconds]).toEqual(['storage_unavailable', 5]);
    expect(error?.message).toContain('is locked by another program');
  }
  stranger.exec('rollback');
  await turns(20);
  expect(await notes()).toEqual([]);
  await write('after');
  expect(await notes()).toEqual(['after']);
});

test('statements beside a transaction wait for its end and do not become part of it', async () => {
  const transaction = await opened.db.startTransaction().execute();
  await sql`insert into notes values ('inside')`.execute(transaction);
  const beside = write('beside');
  const seen = notes();
  await turns(5);
  await transaction.rollback().execute();
  await beside;
  expect(await notes()).toEqual(['beside']);
  expect(await seen).not.toContain('inside');
});

test('a transaction of the same process is waited for until it ends, however little another process is waited for', async () => {
  await reopen({ lockWaitMs: 0 });
  const transaction = await opened.db.startTransaction().execute();
  await sql`insert into notes values ('inside')`.execute(transaction);
  const beside = write('beside');
  const behind = opened.db
    .transaction()
    .execute((other) => sql`insert into notes values ('behind')`.execute(other));
  await turns(5);
  await transaction.commit().execute();
  await Promise.all([beside, behind]);
  expect(await notes()).toEqual(['behind', 'beside', 'inside']);
});

test('transactions take turns', async () => {
  const order: string[] = [];
  await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      opened.db.transaction().execute(async (transaction) => {
        order.push(`${name} begins`);
        await sql`insert into notes values (${name})`.execute(transaction);
        await turns(3);
        order.push(`${name} ends`);
      }),
    ),
  );
  expect(order).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
});

test('a transaction that fails leaves nothing behind and holds nobody up', async () => {
  const failed = opened.db.transaction().execute(async (transaction) => {
    await sql`insert into notes values ('failed')`.execute(transaction);
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  await write('after');
  expect(await notes()).toEqual(['after']);
});

test('a commit that fails is rolled back, and the next transaction begins', async () => {
  await sql`create table parents (id integer primary key) strict`.execute(opened.db);
  await sql`create table children (parent integer references parents (id) deferrable initially deferred) strict`.execute(
    opened.db,
  );
  const transaction = await opened.db.startTransaction().execute();
  await sql`insert into children values (7)`.execute(transaction);
  await sql`insert into notes values ('orphan')`.execute(transaction);
  await expect(transaction.commit().execute()).rejects.toThrow('FOREIGN KEY');
  await write('after');
  expect(await notes()).toEqual(['after']);
});

test('a full disk is storage_full without a path, a refused row stays what it is', async () => {
  await sql`pragma max_page_count = 3`.execute(opened.db);
  const full = await failureOf(write('x'.repeat(100_000)));
  expect([full?.code, full?.message.includes(directory)]).toEqual(['storage_full', false]);
  const refused = await failureOf(sql`insert into notes values (${Buffer.from('bytes')})`.execute(opened.db));
  expect(refused?.message).toContain('cannot store BLOB value in TEXT column');
  expect(refused?.code).toBe('ERR_SQLITE_ERROR');
});

test('a damaged file and one that may not be written are storage_unavailable', async () => {
  await sql`pragma query_only = true`.execute(opened.db);
  expect((await failureOf(write('x')))?.message).toContain('may not be written');
  const error = Object.assign(new Error('malformed'), { code: 'ERR_SQLITE_ERROR', errcode: 11 | (1 << 8) });
  expect(toStorageError(error)).toMatchObject({ code: 'storage_unavailable', cause: error });
});

test('a closed database is a fault of ours, not of the disk', async () => {
  await opened.close();
  expect((await failureOf(write('x')))?.code).not.toBe('storage_unavailable');
});
