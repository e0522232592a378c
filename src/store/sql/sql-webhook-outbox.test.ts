import { afterAll, vi } from 'vitest';
import { webhookOutboxContract } from '../../../test/contracts/webhook-outbox.contract.ts';
import { emptyPostgresBook, emptySqliteBook } from '../../../test/support/empty-books.ts';
import { startPostgres } from '../../../test/support/postgres-server.ts';
import { SqlWebhookOutbox } from './sql-webhook-outbox.ts';

const server = await startPostgres();
afterAll(() => server.remove());
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const mostWaiting = 5;
for (const [name, open] of [
  ['SQLite', emptySqliteBook],
  ['PostgreSQL', () => emptyPostgresBook(server)],
] as const)
  webhookOutboxContract(name, async () => {
    const book = await open();
    return {
      ...book,
      mostWaiting,
      outbox: new SqlWebhookOutbox(book.db, book.dialect, mostWaiting),
      other: new SqlWebhookOutbox(book.otherDb, book.dialect, mostWaiting),
    };
  });
