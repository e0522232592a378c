import { join } from 'node:path';
import { Memory } from '../admission/memory.ts';
import { OpenScopes } from '../admission/open-scopes.ts';
import { PlaceAdmission } from '../admission/place-admission.ts';
import type { Config } from '../config/config-schema.ts';
import { databasePath } from '../config/file-places.ts';
import { Gallery } from '../gallery/gallery.ts';
import { SignedLinks } from '../gallery/signed-link.ts';
import type { ImageOrder } from '../journey/image-order.ts';
import { successorFor } from '../journey/successor.ts';
import { OrderEvents } from '../journey/order-events.ts';
import { systemClock } from '../kernel/clock.ts';
import { memoizePromise } from '../kernel/memoize-promise.ts';
import { createLogger } from '../observe/create-logger.ts';
import { logOrders } from '../observe/log-orders.ts';
import { PixelWorks } from '../pixels/pixel-works.ts';
import { KeyStates } from '../routing/key-states.ts';
import { loadCatalogue } from '../routing/model-catalogue.ts';
import { UpstreamPool } from '../routing/upstream-pool.ts';
import { DiskBlobStore } from '../store/disk/disk-blob-store.ts';
import { loadLinkSecret } from '../store/disk/link-secret.ts';
import { periodsIn } from '../store/sql/budget-zone.ts';
import { DatabaseProbe } from '../store/sql/database-probe.ts';
import { openStore, type StorePlace } from '../store/sql/open-store.ts';
import { SqlApiKeyStore } from '../store/sql/sql-api-key-store.ts';
import { SqlLedger } from '../store/sql/sql-ledger.ts';
import { highestPrice } from '../usage/price.ts';
import { SteadfastLedger } from '../usage/steadfast-ledger.ts';
import { createImagesDialect } from './dialects.ts';
import { ledgerTroubleLog } from './ledger-trouble-log.ts';
import { orderBook } from './order-book.ts';
import { sharedInstance } from './shared-instance.ts';
import { createStages } from './stages.ts';
import { openUpstreams } from './upstreams.ts';

/** The longest an order, or an upload, waits for memory before it is refused: nothing of it was drawn yet. */
const maxMemoryWaitMs = 30_000;
/** How long a database is waited for that may be starting as well. */
const databasePatienceMs = 30_000;
/** Part of the memory for pictures that uploads may take beside it while they wait for it. */
const unreadShare = 1 / 4;

export type Parts = Awaited<ReturnType<typeof compose>>;

/** Builds the object graph: every room's parts, joined, and no rule of its own. */
export async function compose(config: Config, databaseFile?: string) {
  const clock = systemClock;
  const log = await createLogger(config.log);
  const database = await openStore(placeOf(config, databaseFile), (error) =>
    log.warn({ cause: error.message }, 'a connection to the database broke'),
  );
  const keys = new SqlApiKeyStore(database.db);
  const periodsOf = await periodsIn(database.db, config.budgets.timeZone, clock.nowMs());
  const instance = database.dialect === 'postgres' ? sharedInstance(database.db, log) : undefined;
  const book = new SqlLedger(database.db, {
    periodsOf,
    flush: database.flush,
    ...(instance && { postgres: { instance } }),
  });
  const ledger = new SteadfastLedger(book, ledgerTroubleLog(log));
  const catalogue = loadCatalogue(config);
  const members = await openUpstreams(config, catalogue.models);
  const upstreams = members.map(({ upstream }) => upstream);
  const pool = new UpstreamPool(members, clock, ({ name, health, reason }) => {
    if (health === 'healthy') log.info({ upstream: name }, 'upstream is back');
    else if (health === 'cooling') log.warn({ upstream: name, reason }, 'upstream is cooling down');
    else log.error({ upstream: name, reason }, 'upstream is out of service until an operator acts');
  });
  const memory = new Memory({
    maxBytes: config.limits.maxHeldBytes,
    stalledMs: config.limits.stalledClientMs,
  });
  const pixels = new PixelWorks({
    maxParallel: config.images.maxParallelConversions,
    maxQueued: config.limits.maxOrdersInFlight * 10,
    maxPixels: config.images.maxPixels,
  });
  const blobs = new DiskBlobStore(join(config.dataDir, 'images'));
  const gallery = memoizePromise(async () => {
    const links = new SignedLinks(await loadLinkSecret(config.dataDir));
    return new Gallery({ blobs, links, clock, linkLifetimeMs: config.links.ttlMinutes * 60_000 });
  });
  /** The most an order can cost; a successor that may stand in for a retired model can be the dearer one. */
  const highestCost = (order: ImageOrder): number => {
    const successor = config.allowSuccessors ? successorFor(order, (id) => catalogue.get(id)) : undefined;
    const models = successor === undefined ? [order.model] : [order.model, successor];
    return highestPrice(order, models, config.limits.upstreamTries);
  };
  const keyStates = new KeyStates(
    upstreams.map((upstream) => ({ name: upstream.name, hasKey: upstream.checkKey !== undefined })),
  );
  const events = new OrderEvents((fault) =>
    log.error({ cause: String(fault) }, 'a listener of events failed'),
  );
  events.subscribe(logOrders(log, clock));
  events.subscribe((event) => keyStates.hear(event));
  const admission = new PlaceAdmission({
    maxOrders: config.limits.maxOrdersInFlight,
    maxMemoryWaitMs,
    book: orderBook(ledger, clock, highestCost, upstreams.length === 1 ? (upstreams[0]?.name ?? null) : null),
  });
  const stages = createStages({
    config,
    keys,
    clock,
    admission,
    catalogue,
    pool,
    pixels,
    gallery,
    events,
    highestCost,
  });
  return {
    config,
    clock,
    log,
    database,
    databaseProbe: new DatabaseProbe(database),
    instance,
    keys,
    ledger,
    catalogue,
    upstreams,
    keyStates,
    pool,
    memory,
    blobs,
    gallery,
    admission,
    scopes: new OpenScopes(),
    stages,
    dialect: await createImagesDialect(config, catalogue, clock),
    maxUploadWaitMs: maxMemoryWaitMs,
    maxUnreadBytes: config.limits.maxHeldBytes * unreadShare,
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
      }
    : { url: undefined, file };
}
