import { afterAll, vi } from 'vitest';
import { budgetAlertsContract } from '../../../test/contracts/budget-alerts.contract.ts';
import { emptyPostgresBook, emptySqliteBook } from '../../../test/support/empty-books.ts';
import { startPostgres } from '../../../test/support/postgres-server.ts';

const server = await startPostgres();
afterAll(() => server.remove());
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

budgetAlertsContract('SQLite', emptySqliteBook);
budgetAlertsContract('PostgreSQL', () => emptyPostgresBook(server));
