import type { Config } from '../config/config-schema.ts';
import { databasePath } from '../config/file-places.ts';
import type { ApiKeyStore } from '../access/api-key-store.ts';
import type { ProjectStore } from '../access/project-store.ts';
import type { AllowanceStore } from '../admission/allowance-store.ts';
import { systemClock } from '../kernel/clock.ts';
import type { Ledger } from '../usage/ledger.ts';
import type { WebhookOutbox } from '../webhooks/webhook-outbox.ts';

export interface Records {
  readonly keys: ApiKeyStore;
  readonly projects: ProjectStore;
  readonly allowances: AllowanceStore;
  readonly ledger: Ledger;
  readonly webhooks: WebhookOutbox;
}

/** Opens the database beside a server that may be running, does the work and closes it. It has to be there. */
export async function withRecords<T>(config: Config, work: (records: Records) => Promise<T>): Promise<T> {
  const [
    { openStore },
    { SqlApiKeyStore },
    { SqlProjectStore },
    { SqlAllowanceStore },
    { SqlLedger },
    { SqlWebhookOutbox },
  ] = await Promise.all([
    import('../store/sql/open-store.ts'),
    import('../store/sql/sql-api-key-store.ts'),
    import('../store/sql/sql-project-store.ts'),
    import('../store/sql/sql-allowance-store.ts'),
    import('../store/sql/sql-ledger.ts'),
    import('../store/sql/sql-webhook-outbox.ts'),
  ]);
  const { db, dialect, close } = await openStore({ url: config.database.url, file: databasePath(config) });
  try {
    return await work({
      keys: new SqlApiKeyStore(db),
      projects: new SqlProjectStore(db),
      allowances: new SqlAllowanceStore(db, systemClock, dialect),
      ledger: new SqlLedger(db),
      webhooks: new SqlWebhookOutbox(db, dialect),
    });
  } finally {
    await close();
  }
}
