import type { AdminBook, Administration } from '../admin/administration.ts';
import type { Config } from '../config/config-schema.ts';
import { databasePath } from '../config/file-places.ts';
import { systemClock } from '../kernel/clock.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { loadCatalogue } from '../routing/model-catalogue.ts';
import type { Ledger } from '../usage/ledger.ts';
import type { UpstreamCost } from '../usage/reconciliation.ts';
import type { WebhookOutbox } from '../webhooks/webhook-outbox.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

export interface Records extends AdminBook {
  readonly ledger: Ledger;
  /** What every upstream was asked for between two moments. */
  readonly upstreamCosts: (fromMs: number, toMs: number) => Promise<readonly UpstreamCost[]>;
  readonly webhooks: WebhookOutbox;
  /** Puts a book that was never in a time zone into the configured one; any other stays in its own. */
  readonly enterFirstZone: () => Promise<void>;
}

/** Opens the database beside a server that may be running, does the work and closes it. It has to be there. */
export async function withRecords<T>(config: Config, work: (records: Records) => Promise<T>): Promise<T> {
  const [
    { openStore },
    { SqlRecords },
    { SqlLedger },
    { upstreamCosts },
    { SqlWebhookOutbox },
    { enterFirstZone },
  ] = await Promise.all([
    import('../store/sql/open-store.ts'),
    import('../store/sql/sql-records.ts'),
    import('../store/sql/sql-ledger.ts'),
    import('../store/sql/upstream-costs.ts'),
    import('../store/sql/sql-webhook-outbox.ts'),
    import('../store/sql/budget-zone.ts'),
  ]);
  const { db, dialect, close } = await openStore({
    url: config.database.url,
    file: databasePath(config),
    migrates: config.database.migrate,
  });
  try {
    const auditRetentionMs = config.admin.auditDays * 86_400_000;
    const book = new SqlRecords(db, { clock: systemClock, dialect, auditRetentionMs });
    const records: Records = Object.assign(book, {
      ledger: new SqlLedger(db),
      upstreamCosts: (fromMs: number, toMs: number) => upstreamCosts(db, fromMs, toMs),
      webhooks: new SqlWebhookOutbox(db, dialect),
      enterFirstZone: () => enterFirstZone(db, dialect, config.budgets.timeZone, systemClock.nowMs()),
    });
    return await work(records);
  } finally {
    await close();
  }
}

/** The same for what the command line changes. What is asked for wrongly is told as that. */
export function administer<T>(config: Config, work: (by: Administration) => Promise<T>): Promise<T> {
  return withRecords(config, async (book) => {
    // Its limits are counted by days and months, also before its first server.
    await book.enterFirstZone();
    try {
      return await work({
        book,
        clock: systemClock,
        actor: { name: 'command line', address: null, requestId: null },
        modelId: modelIdIn(config),
      });
    } catch (error) {
      // A name that is not there, or is taken, is asked for wrongly too, as when a server says so.
      if (error instanceof PlantainError && error.entry.status >= 400 && error.entry.status < 500)
        throw new CommandError(forOperators(error.message), exitCodes.usage, error);
      throw error;
    }
  });
}

/** Finds the id of a model by any of its names; throws `model_not_found`. */
function modelIdIn(config: Config): (name: string) => string {
  return (name) => loadCatalogue(config).resolve(name).model.id;
}

/** Callers ask the server for its models; who runs commands has one for it. */
const forOperators = (message: string): string =>
  message.replace(/GET \/v1\/models lists the models served here/, '`plantain models` lists the models');
