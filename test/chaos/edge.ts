import { openStore } from '../../src/store/sql/open-store.ts';
import { bookFaults } from '../support/book-faults.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { edgeBudgetMicroUsd, edgeOrders, roomForOrders, runEdge } from '../support/run-edge.ts';
import type { ChaosReport, Experiment } from './experiment.ts';

const wholeRuns = 10;

/** The last dollars of a budget that everybody wants at once: exactly what fits is admitted. */
export const edge: Experiment = {
  summary:
    'ten times as many orders as a budget has room for, from three processes at once: exactly those that fit',
  maxMinutes: () => 10,
  page: 'chaos-money.md',
  async run({ isQuick, log }): Promise<ChaosReport> {
    const postgres = await startPostgres();
    const store = await openStore({ url: postgres.url, file: '' });
    try {
      const rows: (readonly string[])[] = [];
      const broken: string[] = [];
      for (let run = 1; run <= (isQuick ? 1 : wholeRuns); run++) {
        log(`run ${String(run)}`);
        const found = await runEdge(store.db, postgres.url, `edge ${String(run)}`);
        const { admitted, rows: ledgerRows, sumMicroUsd, usedMicroUsd, open, elapsedMs } = found;
        rows.push([
          String(run),
          String(edgeOrders),
          String(admitted),
          String(ledgerRows),
          String(sumMicroUsd),
          String(edgeBudgetMicroUsd - sumMicroUsd),
          (elapsedMs / 1000).toFixed(1),
        ]);
        if (admitted !== roomForOrders || ledgerRows !== roomForOrders)
          broken.push(`run ${String(run)}: ${String(admitted)} admitted, ${String(ledgerRows)} rows`);
        if (sumMicroUsd !== edgeBudgetMicroUsd || usedMicroUsd !== edgeBudgetMicroUsd || open !== 0)
          broken.push(`run ${String(run)}: ${String(sumMicroUsd)} spent, ${String(usedMicroUsd)} counted`);
      }
      const faults = await bookFaults(store.db);
      const header = [
        'run',
        'orders',
        'admitted',
        'rows',
        'sum of the ledger, micro-USD',
        'left of the budget',
        'seconds',
      ];
      const notes = [
        'Three processes on one PostgreSQL, 200 orders in flight in each; the seconds have the start of the processes in them.',
      ];
      return { header, rows, notes, broken: [...broken, ...faults] };
    } finally {
      await store.close();
      await postgres.remove();
    }
  },
};
