import { afterAll, vi } from 'vitest';
import { sessionStoreContract } from '../../../test/contracts/session-store.contract.ts';
import { emptyPostgresBook, emptySqliteBook } from '../../../test/support/empty-books.ts';
import { startPostgres } from '../../../test/support/postgres-server.ts';
import { SqlSessionStore } from './sql-session-store.ts';

const server = await startPostgres();
afterAll(() => server.remove());
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

for (const [name, open] of [
  ['SQLite', emptySqliteBook],
  ['PostgreSQL', () => emptyPostgresBook(server)],
] as const)
  sessionStoreContract(name, async () => {
    const book = await open();
    return { ...book, store: new SqlSessionStore(book.db), other: new SqlSessionStore(book.otherDb) };
  });
