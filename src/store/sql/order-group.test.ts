import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bookContract } from '../../../test/contracts/book.contract.ts';
import { groupsContract } from '../../../test/contracts/groups.contract.ts';
import { processesContract } from '../../../test/contracts/processes.contract.ts';
import { bookFaults } from '../../../test/support/book-faults.ts';
import { plainOpening } from '../../../test/support/plain-orders.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { SqlAllowanceStore } from './sql-allowance-store.ts';
import { SqlApiKeyStore } from './sql-api-key-store.ts';
import { SqlLedger } from './sql-ledger.ts';
import { SqlProjectStore } from './sql-project-store.ts';

test('of many end users that are new in one group each is counted, in however many statements they are written', async () => {
  const { db, close } = openDatabase(':memory:');
  await migrate(db);
  const owner = { kind: 'users', projectId: 'proj_default' } as const;
  await new SqlAllowanceStore(db, { nowMs: () => Date.now() }).setLimits(owner, { maxOpen: 5 });
  const ledger = new SqlLedger(db);
  const users = Array.from({ length: 27 }, (_, index) => `user ${String(index)}`);
  await Promise.all(users.map((endUser) => ledger.open(plainOpening({ createdAtMs: Date.now(), endUser }))));
  expect(await bookFaults(db)).toEqual([]);
  await close();
});

bookContract('SQLite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plantain-book-'));
  const connections = [
    openDatabase(join(directory, 'plantain.db')),
    openDatabase(join(directory, 'plantain.db')),
  ] as const;
  const { db } = connections[0];
  await migrate(db);
  return {
    db,
    ledger: new SqlLedger(db),
    other: new SqlLedger(connections[1].db),
    keys: new SqlApiKeyStore(db),
    projects: new SqlProjectStore(db),
    allowances: new SqlAllowanceStore(db, { nowMs: () => Date.parse('2026-11-26T12:00:00Z') }),
    close: async () => {
      for (const connection of connections) await connection.close();
      await rm(directory, { recursive: true });
    },
  };
});

groupsContract('SQLite', 'sqlite', async () => {
  const { db, close } = openDatabase(':memory:');
  await migrate(db);
  return { db, close };
});

processesContract('SQLite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plantain-processes-'));
  const connections = [openDatabase(join(directory, 'plantain.db'))];
  const { db } = connections[0] as (typeof connections)[number];
  await migrate(db);
  return {
    db,
    isAlone: true,
    async start() {
      // A process of its own has a connection of its own.
      const connection = openDatabase(join(directory, 'plantain.db'));
      connections.push(connection);
      const ledger = new SqlLedger(connection.db);
      await ledger.closeLeftOpen(Date.now());
      return { ledger, die: async () => undefined };
    },
    reap: async () => undefined,
    close: async () => {
      for (const connection of connections) await connection.close();
      await rm(directory, { recursive: true });
    },
  };
});
