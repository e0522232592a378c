import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeServeLock } from '../../src/store/disk/serve-lock.ts';
import { openDatabase } from '../../src/store/sql/open-database.ts';
import { bookFaults } from '../support/book-faults.ts';
import { earlier, earlierDataFolder } from '../support/earlier-data-folder.ts';
import { serveChild } from '../support/serve-child.ts';
import { testKey } from '../support/start-gateway.ts';

const main = resolve(import.meta.dirname, '../../src/main.ts');

let folder: ReturnType<typeof earlierDataFolder>;
beforeEach(() => {
  folder = earlierDataFolder();
});
afterEach(() => folder.remove());

/** A command as an operator types it, in a process of its own. */
function plantain(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env['PATH'], PLANTAIN_DATA_DIR: folder.path };
  return new Promise((done) => {
    execFile(process.execPath, [main, ...words], { cwd: folder.path, env }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

test('a data folder of version 0.1.0 goes on: keys, links, orders and what they cost, all in the project `default`', async () => {
  // Everybody who works on it finds it old at once.
  const [server, ...listed] = await Promise.all([
    serveChild({ dataDir: folder.path }),
    plantain('keys', 'list', '--json'),
    plantain('usage', '--from', '2026-11-01', '--json'),
  ]);
  expect(listed.map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, ''],
    [0, ''],
  ]);
  const draw = (key: string) =>
    fetch(`${server.url}/v1/images/generations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{"prompt":"a fox"}',
    });
  expect((await draw(testKey)).status).toBe(200);
  expect((await draw(earlier.rotatedKey)).status).toBe(200);
  expect((await draw(earlier.replacedKey)).status).toBe(401);
  const picture = await fetch(`${server.url}${earlier.link}`);
  expect([picture.status, (await picture.arrayBuffer()).byteLength]).toEqual([200, earlier.pictureBytes]);

  await server.close();

  const { db, close } = openDatabase(join(folder.path, 'plantain.db'));
  expect(await bookFaults(db)).toEqual([]);
  const orders = await db.selectFrom('ledger').select(['status', 'cost_micro_usd']).orderBy('id').execute();
  // Six of before and two now; the two that were open are unknown, at what was reserved for them.
  expect(orders.slice(0, 6).map((row) => [row.status, row.cost_micro_usd])).toEqual([
    ['succeeded', 35_778],
    ['succeeded', 35_778],
    ['succeeded', 72_306],
    ['refused', 1277],
    ['unknown', 718_635],
    ['unknown', 359_318],
  ]);
  expect(orders.slice(6).map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  const { total_micro_usd: used } = await db
    .selectFrom('allowances')
    .select('total_used_micro_usd as total_micro_usd')
    .where('id', '=', 'proj_default')
    .executeTakeFirstOrThrow();
  expect(used).toBe(orders.reduce((sum, row) => sum + row.cost_micro_usd, 0));
  const keys = await db.selectFrom('api_keys').select(['name', 'project_id', 'revoked_at_ms']).execute();
  expect(keys).toHaveLength(4);
  expect(new Set(keys.map((key) => key.project_id))).toEqual(new Set(['proj_default']));
  expect(keys.filter((key) => key.revoked_at_ms === null).map(({ name }) => name)).toEqual([
    'bootstrap',
    'website',
  ]);
  await close();
}, 60_000);

test('a folder that a server of the earlier version runs on is left as it is, with the cure', async () => {
  const running = takeServeLock(folder.path);
  const { code, stderr } = await plantain('keys', 'list');
  expect([code, stderr]).toEqual([
    1,
    `plantain: The data folder ${folder.path} is of an earlier version of Plantain, and a server is running on it. Stop that server and start it with this version; until then use its own command.\n`,
  ]);
  const database = new DatabaseSync(join(folder.path, 'plantain.db'));
  expect(database.prepare('select count(hash) as keys from api_keys').get()).toEqual({ keys: 4 });
  database.close();
  running.release();
  expect((await plantain('keys', 'list')).code).toBe(0);
}, 60_000);

test('`plantain migrate` tells in SQL what is missing, does it once, and says when there is nothing to do', async () => {
  const dry = await plantain('migrate', '--dry-run');
  expect([dry.code, dry.stderr]).toEqual([0, '']);
  expect(dry.stdout).toMatch(/^-- 0003-claims\ncreate table "claims"/);
  expect(dry.stdout).not.toMatch(/0002-attempts\n/);
  const before = JSON.parse((await plantain('migrate', '--dry-run', '--json')).stdout) as {
    missing: string[];
  };
  // What was printed is what is done: run by hand, it makes the same tables.
  const byHand = new DatabaseSync(':memory:');
  byHand.exec(readFileSync(join(folder.path, 'plantain.sql'), 'utf8'));
  byHand.exec(dry.stdout);
  const done = await plantain('migrate');
  expect(done.stdout).toBe(before.missing.map((name) => `Done: ${name}\n`).join(''));
  const made = new DatabaseSync(join(folder.path, 'plantain.db'));
  const tables = 'select name, sql from sqlite_schema order by name';
  expect(byHand.prepare(tables).all()).toEqual(made.prepare(tables).all());
  made.close();
  byHand.close();
  expect((await plantain('migrate')).stdout).toMatch(/^Nothing to do: the database is up to date \(\d{4}-/);
}, 60_000);
