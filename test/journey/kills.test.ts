import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { createApiKey } from '../../src/access/manage-keys.ts';
import { createProject } from '../../src/access/manage-projects.ts';
import { noLimits } from '../../src/journey/limits.ts';
import { bookStatements } from '../../src/store/sql/book-statements.ts';
import { closeLost } from '../../src/store/sql/close-lost.ts';
import { Instance } from '../../src/store/sql/instance.ts';
import type { OpenDatabase } from '../../src/store/sql/open-database.ts';
import { openStore } from '../../src/store/sql/open-store.ts';
import { SqlAllowanceStore } from '../../src/store/sql/sql-allowance-store.ts';
import { SqlApiKeyStore } from '../../src/store/sql/sql-api-key-store.ts';
import { SqlLedger } from '../../src/store/sql/sql-ledger.ts';
import { SqlProjectStore } from '../../src/store/sql/sql-project-store.ts';
import { bookFaults } from '../support/book-faults.ts';
import { startPostgres } from '../support/postgres-server.ts';

const program = resolve(import.meta.dirname, '../support/order-process.ts');
const clock = { nowMs: () => Date.now() };

/** A project with a budget, keys with less, and limits for end users. */
async function budgets({ db, dialect }: OpenDatabase): Promise<string[]> {
  const project = await createProject(new SqlProjectStore(db), clock, {
    name: 'kills',
    limits: { ...noLimits, totalMicroUsd: 1_000_000_000, maxOpen: 150 },
  });
  await new SqlAllowanceStore(db, clock, dialect).setLimits(
    { kind: 'users', projectId: project.id },
    { maxOpen: 50 },
  );
  const keys = [];
  for (const name of ['a', 'b', 'c'])
    keys.push(
      await createApiKey(new SqlApiKeyStore(db), clock, {
        name,
        projectId: project.id,
        limits: { ...noLimits, monthMicroUsd: 500_000_000 },
      }),
    );
  return [project.id, ...keys.map(({ record }) => record.id)];
}

/** Starts one that orders without end; `told` has the ids of the orders it was about to ask an upstream for. */
function order(place: string, subjects: readonly string[], told: Set<string>): ChildProcess {
  const child = spawn(process.execPath, [program, place, ...subjects], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) told.add(line.replace('admitted ', ''));
  });
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  // One that ended by itself is no victim.
  expect(child.exitCode).toBeNull();
  const over = once(child, 'close');
  child.kill('SIGKILL');
  await over;
}

async function missing({ db }: OpenDatabase, told: ReadonlySet<string>): Promise<string[]> {
  const rows = new Set((await db.selectFrom('ledger').select('id').execute()).map(({ id }) => id));
  return [...told].filter((id) => !rows.has(id));
}

test('a server on SQLite that is killed again and again leaves no order without a row, and no counter that is not its sum', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plantain-kills-'));
  const file = join(directory, 'plantain.db');
  const store = await openStore({ url: undefined, file });
  const subjects = await budgets(store);
  const told = new Set<string>();
  let lost = 0;
  for (let round = 1; round <= 5; round++) {
    const child = order(file, subjects, told);
    const enough = told.size + 200;
    await expect.poll(() => told.size, { timeout: 60_000 }).toBeGreaterThan(enough);
    await kill(child);
    lost += await new SqlLedger(store.db).closeLeftOpen(Date.now());
    expect(await bookFaults(store.db)).toEqual([]);
    expect(await missing(store, told)).toEqual([]);
  }
  // What was in flight at a kill is known to be lost.
  expect(lost).toBeGreaterThan(0);
  expect(await store.db.selectFrom('ledger').select('id').where('status', '=', 'open').execute()).toEqual([]);
  await store.close();
  await rm(directory, { recursive: true });
}, 180_000);

test('three servers on PostgreSQL, killed one after the other while the database crashes, leave every counter its sum', async () => {
  const server = await startPostgres();
  const store = await openStore({ url: server.url, file: '' });
  const subjects = await budgets(store);
  const told = new Set<string>();
  const children = [0, 1, 2].map(() => order(server.url, subjects, told));
  const progress = async (): Promise<void> => {
    const enough = told.size + 200;
    await expect.poll(() => told.size, { timeout: 60_000 }).toBeGreaterThan(enough);
  };
  for (let round = 0; round < 6; round++) {
    await progress();
    const victim = children[round % 3];
    if (victim !== undefined) await kill(victim);
    if (round % 3 === 1) {
      await server.stop('immediate');
      await server.start();
    }
    children[round % 3] = order(server.url, subjects, told);
  }
  await progress();
  for (const child of children) await kill(child);
  const last = new Instance(store.db, {
    version: 'test',
    closeLost: () => closeLost(store.db, bookStatements('postgres'), Date.now()),
    onClosed: () => undefined,
    onTrouble: () => undefined,
    deadMs: 0,
  });
  await last.reap();
  expect(await store.db.selectFrom('ledger').select('id').where('status', '=', 'open').execute()).toEqual([]);
  expect(await missing(store, told)).toEqual([]);
  expect(await bookFaults(store.db)).toEqual([]);
  await store.close();
  await server.remove();
}, 180_000);
