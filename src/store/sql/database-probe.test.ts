import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DatabaseProbe } from './database-probe.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';

let directory: string;
let path: string;
let opened: OpenDatabase;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plantain-probe-'));
  path = join(directory, 'plantain.db');
  opened = openDatabase(path, { lockWaitMs: 0 });
  await sql`create table notes (text)`.execute(opened.db);
});
afterEach(async () => {
  vi.useRealTimers();
  await opened.close();
  await rm(directory, { recursive: true });
});

/** A probe that remembers nothing of earlier ones. */
const troubleNow = () => new DatabaseProbe(opened).trouble();
test('a database that takes writes is no trouble', async () => {
  expect(await troubleNow()).toBeUndefined();
});

test('a database that can be read but not written is found by writing', async () => {
  await sql`pragma query_only = true`.execute(opened.db);
  expect(await troubleNow()).toBe('the database may not be written');
});

test('a lock of another process, a removed file and a closed database are told in plain words', async () => {
  const stranger = new DatabaseSync(path);
  stranger.exec('begin immediate');
  expect(await troubleNow()).toBe('the database is locked by another program');
  stranger.close();
  await rm(path);
  expect(await troubleNow()).toBe('the database was removed or replaced');
  await opened.close();
  expect(await troubleNow()).toBe('the database cannot be written');
});

test('a write that hangs is not waited for longer than a load balancer does, nor started twice', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const endless = await opened.db.startTransaction().execute();
  const probe = new DatabaseProbe(opened);
  const troubles = [];
  for (let round = 0; round < 3; round++) {
    const trouble = probe.trouble();
    await vi.advanceTimersByTimeAsync(750);
    troubles.push(await trouble);
  }
  expect(new Set(troubles)).toEqual(
    new Set(['the database has taken no write for a while; another program may have locked it']),
  );
  const watch = watchWrites();
  await endless.rollback().execute();
  expect(await probe.trouble()).toBeUndefined();
  expect(watch()).toBe(1);
});

test('it writes at most once a second', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const watch = watchWrites();
  const probe = new DatabaseProbe(opened);
  for (let asked = 0; asked < 20; asked++) await probe.trouble();
  vi.advanceTimersByTime(999);
  await probe.trouble();
  expect(watch()).toBe(1);
  vi.advanceTimersByTime(1);
  await probe.trouble();
  expect(watch()).toBe(2);
});

/** Counts the pages written from now on: the write-ahead log grows by one frame for each. */
function watchWrites(): () => number {
  const frames = () => Math.round((statSync(`${path}-wal`).size - 32) / 4120);
  const before = frames();
  return () => frames() - before;
}
