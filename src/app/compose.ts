import { join } from 'node:path';
import { Memory } from '../admission/memory.ts';
import { OpenScopes } from '../admission/open-scopes.ts';
import { PlaceAdmission } from '../admission/place-admission.ts';
import type { Config } from '../config/config-schema.ts';
import { databasePath } from '../config/file-places.ts';
import { Gallery } from '../gallery/gallery.ts';
import { SignedLinks } from '../gallery/signed-link.ts';
import type { ImageOrder } from '../journey/image-order.ts';
import { OrderEvents } from '../journey/order-events.ts';
import { systemClock } from '../kernel/clock.ts';
import { memoizePromise } from '../kernel/memoize-promise.ts';
import { createLogger } from '../observe/create-logger.ts';
import { logOrders } from '../observe/log-orders.ts';
import { PixelWorks } from '../pixels/pixel-works.ts';
import { HealthKeeper } from '../routing/health-keeper.ts';
import { KeyProbes } from '../routing/key-probes.ts';
import { KeyStates } from '../routing/key-states.ts';
import { loadCatalogue } from '../routing/model-catalogue.ts';
import { standInsFor } from '../routing/stand-ins.ts';
import { UpstreamPool } from '../routing/upstream-pool.ts';
import { DiskBlobStore } from '../store/disk/disk-blob-store.ts';
import { HealthFile } from '../store/disk/health-file.ts';
import { loadLinkSecret } from '../store/disk/link-secret.ts';
import { DatabaseProbe } from '../store/sql/database-probe.ts';
import { migrate } from '../store/sql/migrate.ts';
import { openDatabase } from '../store/sql/open-database.ts';
import { SqlApiKeyStore } from '../store/sql/sql-api-key-store.ts';
import { SqlLedger } from '../store/sql/sql-ledger.ts';
import { highestPrice } from '../usage/price.ts';
import { SteadfastLedger } from '../usage/steadfast-ledger.ts';
import { createImagesDialect } from './dialects.ts';
import { healthLog } from './health-log.ts';
import { ledgerTroubleLog } from './ledger-trouble-log.ts';
import { orderBook } from './order-book.ts';
import { createStages } from './stages.ts';
import { openUpstreams } from './upstreams.ts';

/** The longest an order, or an upload, waits for memory before it is refused: nothing of it was drawn yet. */
const maxMemoryWaitMs = 30_000;
/** Part of the memory for pictures that uploads may take beside it while they wait for it. */
const unreadShare = 1 / 4;

export type Parts = Awaited<ReturnType<typeof compose>>;

/** Builds the object graph: every room's parts, joined, and no rule of its own. */
export async function compose(config: Config, databaseFile = databasePath(config)) {
  const clock = systemClock;
  const log = await createLogger(config.log);
  const database = openDatabase(databaseFile);
  await migrate(database.db);
  const keys = new SqlApiKeyStore(database.db);
  const ledger = new SteadfastLedger(new SqlLedger(database.db), ledgerTroubleLog(log));
  const catalogue = loadCatalogue(config);
  const members = await openUpstreams(config, catalogue.models);
  const upstreams = members.map(({ upstream }) => upstream);
  const healthKeeper = new HealthKeeper(new HealthFile(config.dataDir), (cause) =>
    log.warn({ cause: String(cause) }, 'what is known of the upstreams could not be kept or read'),
  );
  const tellHealth = healthLog(log);
  const pool = new UpstreamPool(members, clock, (change) => {
    tellHealth(change);
    healthKeeper.changed();
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
  /** The most an order can cost; a model that may stand in for the one asked for can be the dearer one. */
  const highestCost = (order: ImageOrder): number => {
    const standIns = standInsFor(order, catalogue, config.allowSuccessors).map(({ model }) => model);
    return highestPrice(order, [order.model, ...standIns], config.limits.upstreamTries);
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
    keys,
    ledger,
    catalogue,
    upstreams,
    keyStates,
    pool,
    healthKeeper,
    keyProbes: new KeyProbes(pool, clock, () => upstreams),
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
