import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiKeyStoreContract } from '../../../test/contracts/api-key-store.contract.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { SqlApiKeyStore } from './sql-api-key-store.ts';

apiKeyStoreContract('SQLite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plantain-keys-'));
  const connections = [
    openDatabase(join(directory, 'plantain.db')),
    openDatabase(join(directory, 'plantain.db')),
  ] as const;
  await migrate(connections[0].db);
  return {
    store: new SqlApiKeyStore(connections[0].db),
    other: new SqlApiKeyStore(connections[1].db),
    close: async () => {
      for (const connection of connections) await connection.close();
      await rm(directory, { recursive: true });
    },
  };
});
