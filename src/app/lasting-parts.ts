import { ClaimLink } from '../access/claim-link.ts';
import { OrderStream } from '../admin/order-stream.ts';
import { Memory } from '../admission/memory.ts';
import type { PlaceAdmission } from '../admission/place-admission.ts';
import type { Config } from '../config/config-schema.ts';
import { databasePath } from '../config/file-places.ts';
import { SignedLinks } from '../gallery/signed-link.ts';
import { OrderEvents } from '../journey/order-events.ts';
import { systemClock } from '../kernel/clock.ts';
import { memoizePromise } from '../kernel/memoize-promise.ts';
import { createLogger } from '../observe/create-logger.ts';
import { logOrders } from '../observe/log-orders.ts';
import { PixelWorks } from '../pixels/pixel-works.ts';
import { HealthKeeper } from '../routing/health-keeper.ts';
import { KeyProbes } from '../routing/key-probes.ts';
import { KeyStates } from '../routing/key-states.ts';
import { LeavingPool } from '../routing/leaving-pool.ts';
import { HealthFile } from '../store/disk/health-file.ts';
import { loadLinkSecret } from '../store/disk/link-secret.ts';
import { changeZone, enterFirstZone } from '../store/sql/budget-zone.ts';
import { orderPatienceMs } from '../store/sql/patience.ts';
import { openStore, type StorePlace } from '../store/sql/open-store.ts';
import { SqlSessionStore } from '../store/sql/sql-session-store.ts';
import { SqlLedger } from '../store/sql/sql-ledger.ts';
import { RememberedKeys } from '../access/remembered-keys.ts';
import { SqlRecords } from '../store/sql/sql-records.ts';
import { SqlWebhookOutbox } from '../store/sql/sql-webhook-outbox.ts';
import { SteadfastLedger } from '../usage/steadfast-ledger.ts';
import { WebhookDesk } from '../webhooks/webhook-desk.ts';
import { openBlobStores } from './blob-stores.ts';
import { both } from './both.ts';
import { healthLog } from './health-log.ts';
import { createIdempotency } from './idempotency.ts';
import { KeptUpstreams } from './kept-upstreams.ts';
import { ledgerTroubleLog } from './ledger-trouble-log.ts';
import { openNativeParts } from './native.ts';
import { openReports } from './reports.ts';
import { openMetrics } from './open-metrics.ts';
import { openTracing } from './open-tracing.ts';
import { sharedInstance } from './shared-instance.ts';
import { createPost, webhookEndpoints } from './webhooks.ts';

/** How long a database is waited for that may be starting as well. */
const databasePatienceMs = 30_000;

/** What outlives every configuration, and what a configuration is joined with. */
export interface LastingParts extends Awaited<ReturnType<typeof openLastingParts>> {
  readonly admission: PlaceAdmission;
}

/** Opens what outlives every configuration; of this one it has what a reload does not change. */
export async function openLastingParts(config: Config, databaseFile: string | undefined) {
  const clock = systemClock;
  const tracing = await openTracing(config);
  const log = await createLogger({
    ...config.log,
    moreFields: tracing && (() => tracing.tracer.logFields()),
  });
  tracing?.tellLost(log);
  const metrics = await openMetrics(config, tracing?.counts);
  const place = placeOf(config, databaseFile);
  const onTrouble = (error: Error): void =>
    log.warn({ cause: error.message }, 'a connection to the database broke');
  const database = await openStore(place, onTrouble);
  const { timeZone } = config.budgets;
  // Orders at a terminal may come before the first server.
  await enterFirstZone(database.db, database.dialect, timeZone, clock.nowMs());
  const instance =
    database.dialect === 'postgres'
      ? sharedInstance(database.db, log, {
          closeOrders: () => book.closeLeftOpen(clock.nowMs()),
          onUnknown: (orders) => metrics?.meter.add('plantain_ledger_unknown_total', {}, orders),
          afterClosing: () => idempotency.closeLost(),
        })
      : undefined;
  // Before any order, one from the command line too: others close what it leaves open.
  await instance?.start();
  const healthKeeper = new HealthKeeper(new HealthFile(config.dataDir), (cause) =>
    log.warn({ cause: String(cause) }, 'what is known of the upstreams could not be kept or read'),
  );
  const tellHealth = healthLog(log);
  const pool = new LeavingPool([], clock, (change) => {
    tellHealth(change);
    healthKeeper.changed();
  });
  const upstreams = new KeptUpstreams(
    tracing && config.tracing.propagate ? () => tracing.tracer.outgoingHeaders() : undefined,
  );
  const keyStates = new KeyStates([]);
  const events = new OrderEvents((fault) =>
    log.error({ cause: String(fault) }, 'a listener of events failed'),
  );
  events.subscribe(logOrders(log, clock));
  events.subscribe((event) => keyStates.hear(event));
  if (metrics !== undefined) events.subscribe(metrics.hear);
  if (tracing !== undefined) events.subscribe((event) => tracing.tracer.hear(event));
  const book = new SqlLedger(database.db, {
    flush: database.flush,
    alertAt: config.budgets.alertAt,
    onAlerts: () => webhooks.ring(),
    ...(instance && { postgres: { instance } }),
  });
  const records = new SqlRecords(database.db, {
    ...(instance && { patienceMs: orderPatienceMs }),
    clock,
    dialect: database.dialect,
    flush: database.flush,
    auditRetentionMs: config.admin.auditDays * 86_400_000,
  });
  let inForce: Pick<Config, 'webhooks' | 'proxy'> = config;
  const webhooks = new WebhookDesk({
    outbox: new SqlWebhookOutbox(database.db, database.dialect),
    post: createPost(() => inForce),
    clock,
    log,
    onAlert: (alert) => events.emit({ kind: 'budget-alert', alert }),
  });
  const ledger = new SteadfastLedger(book, ledgerTroubleLog(log));
  const stores = await openBlobStores(config);
  const { secret } = config.links;
  const idempotency = createIdempotency({
    config,
    clock,
    database,
    instance,
    ledger,
    log,
    blobs: stores.answers,
  });
  events.subscribe((event) => idempotency.claims.hear(event));
  return {
    clock,
    log,
    metrics,
    tracing,
    database,
    instance,
    keys: new RememberedKeys(records.keys, clock, () => records.changes),
    book: records,
    sessionStore: new SqlSessionStore(database.db),
    claim: new ClaimLink(),
    orderStream: new OrderStream(events),
    ledger,
    /** For servers alone: a command beside one, with settings of its own, goes by the zone that the budgets are in. */
    enterBudgetZone: async (): Promise<void> => {
      const before = await changeZone(database.db, database.dialect, timeZone, clock.nowMs());
      if (before !== undefined)
        log.warn(
          { before, timeZone },
          'the time zone of budgets was changed: the running day and month were counted anew',
        );
    },
    webhooks: {
      start: (current: () => Config) =>
        webhooks.start(() => {
          inForce = current();
          return webhookEndpoints(inForce);
        }),
      stop: () => webhooks.stop(),
    },
    reports: openReports(place, onTrouble),
    idempotency,
    claims: idempotency.claims,
    native: openNativeParts(config, clock, stores.files, log),
    upstreams,
    pool,
    healthKeeper,
    keyProbes: new KeyProbes(pool, clock, () => upstreams.all),
    keyStates,
    events,
    memory: new Memory({ maxBytes: config.limits.maxHeldBytes, stalledMs: config.limits.stalledClientMs }),
    pixels: new PixelWorks({
      maxParallel: config.images.maxParallelConversions,
      maxQueued: config.limits.maxOrdersInFlight * 10,
      maxPixels: config.images.maxPixels,
      onWorked: both(metrics?.onWorked, tracing?.onWorked),
    }),
    stores,
    blobs: stores.images,
    links: memoizePromise(
      async () =>
        new SignedLinks(secret === undefined ? await loadLinkSecret(config.dataDir) : Buffer.from(secret)),
    ),
  };
}

/** A file that is named counts before the configured database. */
function placeOf(config: Config, file: string | undefined): StorePlace {
  return file === undefined
    ? {
        url: config.database.url,
        file: databasePath(config),
        flushesItself: true,
        patienceMs: databasePatienceMs,
        migrates: config.database.migrate,
      }
    : { url: undefined, file };
}
