import type { Config } from '../config/config-schema.ts';
import { databasePath } from '../config/file-places.ts';
import type { ApiKeyStore } from '../access/api-key-store.ts';
import type { ProjectStore } from '../access/project-store.ts';
import type { AllowanceStore } from '../admission/allowance-store.ts';
import { systemClock } from '../kernel/clock.ts';
import type { UpstreamCost } from '../usage/reconciliation.ts';
import type { Ledger, LedgerRow, SettlementByHand } from '../usage/ledger.ts';

export interface Records {
  readonly keys: ApiKeyStore;
  readonly projects: ProjectStore;
  readonly allowances: AllowanceStore;
  readonly ledger: Ledger;
  /** Tells what became of an order that is `unknown`; the row as it was. Any other stays as it is. */
  readonly settleUnknown: (
    id: string,
    settlement: SettlementByHand,
  ) => Promise<{ readonly before: LedgerRow } | undefined>;
  /** What every upstream was asked for between two moments. */
  readonly upstreamCosts: (fromMs: number, toMs: number) => Promise<readonly UpstreamCost[]>;
}

/** Opens the database beside a server that may be running, does the work and closes it. It has to be there. */
export async function withRecords<T>(config: Config, work: (records: Records) => Promise<T>): Promise<T> {
  const [
    { openStore },
    { SqlApiKeyStore },
    { SqlProjectStore },
    { SqlAllowanceStore },
    { SqlLedger },
    { settleUnknown },
    { upstreamCosts },
  ] = await Promise.all([
    import('../store/sql/open-store.ts'),
    import('../store/sql/sql-api-key-store.ts'),
    import('../store/sql/sql-project-store.ts'),
    import('../store/sql/sql-allowance-store.ts'),
    import('../store/sql/sql-ledger.ts'),
    import('../store/sql/settle-unknown.ts'),
    import('../store/sql/upstream-costs.ts'),
  ]);
  const { db, dialect, close } = await openStore({
    url: config.database.url,
    file: databasePath(config),
    migrates: config.database.migrate,
  });
  try {
    return await work({
      keys: new SqlApiKeyStore(db),
      projects: new SqlProjectStore(db),
      allowances: new SqlAllowanceStore(db, systemClock, dialect),
      ledger: new SqlLedger(db),
      upstreamCosts: (fromMs, toMs) => upstreamCosts(db, fromMs, toMs),
      settleUnknown: (id, settlement) => settleUnknown(db, dialect, id, settlement),
    });
  } finally {
    await close();
  }
}
