import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { SqlApiKeyStore } from './sql-api-key-store.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plantain-open-'));
});
afterEach(() => rm(directory, { recursive: true }));

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

test('a new data directory and every file in it are for the owner alone', async () => {
  const path = join(directory, 'deep', 'data', 'plantain.db');
  const { db, close } = openDatabase(path);
  await migrate(db);
  expect(await modeOf(join(directory, 'deep'))).toBe(0o700);
  expect(await modeOf(join(directory, 'deep', 'data'))).toBe(0o700);
  for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(await modeOf(file)).toBe(0o600);
  await close();
});

test('a directory that exists keeps the mode its owner chose', async () => {
  await mkdir(join(directory, 'shared'));
  await chmod(join(directory, 'shared'), 0o750);
  await openDatabase(join(directory, 'shared', 'plantain.db')).close();
  expect(await modeOf(join(directory, 'shared'))).toBe(0o750);
});

test('the database is in WAL mode, never sleeps inside SQLite and checks foreign keys', async () => {
  const { db, close } = openDatabase(join(directory, 'plantain.db'));
  const pragma = async (name: string) =>
    Object.values((await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db)).rows[0] ?? {})[0];
  expect(await pragma('journal_mode')).toBe('wal');
  // FULL: a commit outlives a power cut.
  expect(await pragma('synchronous')).toBe(2);
  expect(await pragma('busy_timeout')).toBe(0);
  expect(await pragma('foreign_keys')).toBe(1);
  await close();
});

test('a file that was removed or replaced under a server is noticed', async () => {
  const path = join(directory, 'plantain.db');
  const { isInPlace, close } = openDatabase(path);
  expect(await isInPlace()).toBe(true);
  await copyFile(path, `${path}.backup`);
  await rename(`${path}.backup`, path);
  expect(await isInPlace()).toBe(false);
  await rm(path);
  expect(await isInPlace()).toBe(false);
  await close();
  const inMemory = openDatabase(':memory:');
  expect(await inMemory.isInPlace()).toBe(true);
  await inMemory.close();
});

test('closing is done once, also without any query, and frees the journals', async () => {
  const path = join(directory, 'plantain.db');
  const unused = openDatabase(path);
  await unused.close();
  await unused.close();
  const { db, close } = openDatabase(path);
  await migrate(db);
  await Promise.all([close(), close()]);
  await expect(stat(`${path}-wal`)).rejects.toThrow('ENOENT');
  await expect(new SqlApiKeyStore(db).count()).rejects.toThrow();
});

test('a file that is no database is refused with the path and what to check', async () => {
  const path = join(directory, 'plantain.db');
  await writeFile(path, 'this is a text file and not a database, long enough to have a header'.repeat(20));
  expect(() => openDatabase(path)).toThrow(/^The database .*plantain\.db cannot be opened: .*not a database/);
  expect(() => openDatabase(directory)).toThrow(/cannot be opened/);
});

test('more different queries than the statement cache holds still give their own answers', async () => {
  const { db, close } = openDatabase(':memory:');
  for (let round = 0; round < 2; round++) {
    for (let number = 0; number < 450; number++) {
      const { rows } = await sql<{ value: number }>`select ${sql.lit(number)} + ${round} as value`.execute(
        db,
      );
      expect(rows[0]?.value).toBe(number + round);
    }
  }
  await close();
});

test('a kept statement sees the table as it is now', async () => {
  const { db, close } = openDatabase(':memory:');
  const all = () =>
    sql`select * from changing`.execute(db).then(({ rows }) => rows.map((row) => ({ ...(row as object) })));
  await sql`create table changing (one integer)`.execute(db);
  await sql`insert into changing values (1)`.execute(db);
  expect(await all()).toStrictEqual([{ one: 1 }]);
  await sql`alter table changing add column two integer default 2`.execute(db);
  expect(await all()).toStrictEqual([{ one: 1, two: 2 }]);
  await close();
});

test('opening waits for a process that is just making the same database', async () => {
  const path = join(directory, 'plantain.db');
  const program = `
    import { DatabaseSync } from 'node:sqlite';
    const file = new DatabaseSync(process.argv[1]);
    file.exec('BEGIN IMMEDIATE');
    process.stdout.write('held');
    setTimeout(() => file.close(), 300);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const opened = openDatabase(path);
  await migrate(opened.db);
  await opened.close();
});

test('several processes may open and migrate the same new database at once', async () => {
  const path = join(directory, 'plantain.db');
  const program = `
    import { openDatabase } from ${JSON.stringify(new URL('./open-database.ts', import.meta.url).href)};
    import { migrate } from ${JSON.stringify(new URL('./migrate.ts', import.meta.url).href)};
    import { createApiKey } from ${JSON.stringify(new URL('../../access/manage-keys.ts', import.meta.url).href)};
    import { SqlApiKeyStore } from ${JSON.stringify(new URL('./sql-api-key-store.ts', import.meta.url).href)};
    await new Promise((resolve) => process.stdin.once('data', resolve));
    const { db, close } = openDatabase(process.argv[1]);
    await migrate(db);
    const name = 'p' + process.pid;
    await createApiKey(new SqlApiKeyStore(db), { nowMs: () => 1 }, { name });
    await close();
    process.exit(0);`;
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', program, path], {
      stdio: ['pipe', 'inherit', 'inherit'],
    }),
  );
  await Promise.all(children.map((child) => once(child, 'spawn')));
  for (const child of children) child.stdin?.write('go\n');
  const codes = await Promise.all(
    children.map(async (child) => ((await once(child, 'exit')) as [number])[0]),
  );
  expect(codes).toStrictEqual([0, 0, 0, 0]);
  const { db, close } = openDatabase(path);
  expect(await new SqlApiKeyStore(db).count()).toBe(4);
  await close();
});
