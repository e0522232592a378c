import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimStoreContract } from '../../../test/contracts/claim-store.contract.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { SqlClaimStore } from './sql-claim-store.ts';

claimStoreContract('SQLite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plantain-claims-'));
  const path = join(directory, 'plantain.db');
  const [database, other] = [openDatabase(path), openDatabase(path)];
  await migrate(database.db);
  return {
    store: new SqlClaimStore(database.db),
    other: new SqlClaimStore(other.db),
    close: async () => {
      await database.close();
      await other.close();
      await rm(directory, { recursive: true });
    },
  };
});
