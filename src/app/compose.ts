import { join } from 'node:path';
import { ensureFirstKey } from '../access/ensure-first-key.ts';
import { createStages, maxMemoryWaitMs } from './stages.ts';
import { openUpstream } from './upstreams.ts';
import { packageManifest } from './package-manifest.ts';
import { type Config, databasePath } from '../config/config-schema.ts';
import { Gallery } from '../gallery/gallery.ts';
import { RetentionSweep } from '../gallery/retention-sweep.ts';
import { SignedLinks } from '../gallery/signed-link.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import { systemClock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { Memory } from '../admission/memory.ts';
import { OrdersInFlight } from '../admission/orders-in-flight.ts';
import { createLogger } from '../observe/create-logger.ts';
import { causeOf, stackOf } from '../observe/order-log.ts';
import { PixelWorks } from '../pixels/pixel-works.ts';
import { loadCatalogue } from '../routing/model-catalogue.ts';
import { UpstreamPool } from '../routing/upstream-pool.ts';
import { type LocalOrder, runLocalOrder } from './local-order.ts';
import { createServer, type PlantainServer } from '../server/create-server.ts';
import { galleryRoutes } from '../server/gallery-routes.ts';
import { healthRoutes } from '../server/health-routes.ts';
import { imageRoutes } from '../server/image-routes.ts';
import { modelRoutes } from '../server/model-routes.ts';
import { openApiRoutes } from '../server/openapi-route.ts';
import { DiskBlobStore } from '../store/disk/disk-blob-store.ts';
import { loadLinkSecret } from '../store/disk/link-secret.ts';
import { migrate } from '../store/sql/migrate.ts';
import { openDatabase } from '../store/sql/open-database.ts';
import { takeServeLock } from '../store/disk/serve-lock.ts';
import { SqlApiKeyStore } from '../store/sql/sql-api-key-store.ts';
import { SqlLedger } from '../store/sql/sql-ledger.ts';

/** A running Plantain. */
export interface App {
  readonly config: Config;
  readonly upstreamName: string;
  /** The plain key made at this start, to be shown once; known after `listen`. */
  readonly firstKey: string | undefined;
  /** Orders an earlier process left open, closed by `listen`. */
  readonly leftOpenOrders: number;
  /** Bytes that orders hold now, and the most they ever held. */
  readonly memory: { readonly heldBytes: number; readonly peakBytes: number };
  /** Takes the data directory for itself, makes the first key, and serves. */
  listen(): Promise<{ url: string }>;
  /** Stops accepting, lets orders finish or cuts them after the grace time, and closes everything. */
  drain(): Promise<void>;
  /** Runs one order in this process, by the same journey as over HTTP. */
  runOrder(
    body: Record<string, unknown>,
    options: Omit<LocalOrder, 'body'>,
  ): Promise<{ status: number; headers: Record<string, string>; body: Buffer }>;
}

/** For one remote reference, redirects included. */
const remoteFetchTimeoutMs = 30_000;
const dropConnectionsAfterMs = 5000;
const sweepIntervalMs = 15 * 60_000;

/** Builds the object graph. Nothing listens yet and the data directory is not locked. */
export async function createApp(config: Config): Promise<App> {
  const clock = systemClock;
  const log = await createLogger(config.log);
  const database = openDatabase(databasePath(config));
  await migrate(database.db);
  const keys = new SqlApiKeyStore(database.db);
  const ledger = new SqlLedger(database.db);
  const catalogue = loadCatalogue(config);
  const { upstream, close: closeUpstream } = await openUpstream(config, catalogue.models);
  const pool = new UpstreamPool([upstream], clock, ({ name, health, reason }) => {
    if (health === 'healthy') log.info({ upstream: name }, 'upstream is back');
    else if (health === 'cooling') log.warn({ upstream: name, reason }, 'upstream is cooling down');
    else log.error({ upstream: name, reason }, 'upstream is out of service until an operator acts');
  });
  const inFlight = new OrdersInFlight(config.limits.maxOrdersInFlight);
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
  let openGallery: Promise<Gallery> | undefined;
  const gallery = (): Promise<Gallery> => {
    openGallery ??= loadLinkSecret(config.dataDir).then(
      (secret) =>
        new Gallery({
          blobs,
          links: new SignedLinks(secret),
          clock,
          linkLifetimeMs: config.links.ttlMinutes * 60_000,
        }),
    );
    return openGallery;
  };
  const fetchRemote = config.remoteReferences ? await createRemoteFetch(config) : undefined;
  const stages = createStages({
    config,
    clock,
    keys,
    ledger,
    catalogue,
    pool,
    inFlight,
    pixels,
    gallery,
    fetchRemote,
    log,
  });

  let server: PlantainServer | undefined;
  let lock: { release(): void } | undefined;
  let isStopping = false;
  let firstKey: string | undefined;
  let leftOpenOrders = 0;
  const sweep = new RetentionSweep({
    blobs,
    clock,
    retentionMs: config.links.retentionHours * 3_600_000,
    intervalMs: sweepIntervalMs,
    onError: (error) => log.warn({ cause: String(error) }, 'stored pictures could not be swept'),
  });

  return {
    config,
    upstreamName: upstream.name,
    memory,
    get firstKey() {
      return firstKey;
    },
    get leftOpenOrders() {
      return leftOpenOrders;
    },
    async listen() {
      lock = takeServeLock(config.dataDir);
      leftOpenOrders = await ledger.closeLeftOpen(clock.nowMs());
      if (leftOpenOrders > 0)
        log.warn(
          { orders: leftOpenOrders },
          'orders left open by an earlier run were closed as unknown, at their reserved price',
        );
      const first = await ensureFirstKey(keys, clock, config.bootstrapKey);
      if (first.kind === 'created') firstKey = first.key;
      sweep.start();
      server = createServer({
        routes: [
          ...imageRoutes({
            stages,
            limits: config.limits,
            bodyIdleMs: config.limits.bodyIdleMs,
            maxUploadWaitMs: maxMemoryWaitMs,
          }),
          ...modelRoutes({
            authenticate: (credentials) => stages.authenticate(credentials),
            models: catalogue.models,
            aliases: catalogue.aliases,
            resolve: (name) => catalogue.resolve(name),
          }),
          ...galleryRoutes(async (request) => (await gallery()).fetch(request)),
          ...openApiRoutes(packageManifest.version),
          ...healthRoutes(async () => ({
            isReady: !isStopping && (await keys.count()) >= 0,
            upstreams: pool.states(),
          })),
        ],
        clock,
        trustProxy: config.trustProxy,
        publicUrl: config.publicUrl,
        corsOrigins: config.cors.origins,
        maxConnections: config.limits.maxConnections,
        requestIdleMs: config.limits.bodyIdleMs,
        stalledClientMs: config.limits.stalledClientMs,
        openMemory: () => memory.open(),
        onScope: (scope) => inFlight.know(scope),
        onRefusedConnections: (refused, maxConnections) =>
          log.warn(
            { refused, maxConnections },
            'connections were refused: the most that limits.max_connections or the open files of this process allow',
          ),
        onFault: (error, requestId, url) =>
          log.error(
            {
              request: requestId,
              url: url.split('?')[0],
              error: error.code,
              ...causeOf(error),
              stack: stackOf(error),
            },
            'fault',
          ),
      });
      return { url: await server.listen({ host: config.host, port: config.port }) };
    },
    async drain() {
      isStopping = true;
      inFlight.close();
      const cut = setTimeout(
        () => inFlight.abortAll(new PlantainError('server_stopping', 'The server is stopping.')),
        config.shutdownGraceMs,
      );
      // A client that does not read its answer must not keep a stopping server up.
      const drop = setTimeout(() => server?.closeAll(), config.shutdownGraceMs + dropConnectionsAfterMs);
      await server?.stopAccepting();
      clearTimeout(cut);
      clearTimeout(drop);
      // A client that left has no connection to wait for, but its order is still to be settled.
      await inFlight.whenEmpty(dropConnectionsAfterMs);
      await sweep.stop();
      await closeUpstream();
      await database.close();
      lock?.release();
    },
    async runOrder(body, options) {
      const answer = await runLocalOrder(
        stages,
        newId('req', clock.nowMs()),
        clock,
        { body, ...options },
        () => memory.open(),
      );
      return { status: answer.status, headers: { ...answer.headers }, body: await wholeBody(answer) };
    },
  };
}

async function createRemoteFetch(config: Config) {
  const { GuardedReferenceFetcher } = await import('../remote/guarded-reference-fetcher.ts');
  const fetcher = new GuardedReferenceFetcher({
    maxBytes: config.limits.maxReferenceBytes,
    totalTimeoutMs: remoteFetchTimeoutMs,
  });
  return fetcher.fetch.bind(fetcher);
}

async function wholeBody({ body }: ImageAnswer): Promise<Buffer> {
  if (body.kind === 'whole') return Buffer.concat(body.pieces);
  const pieces: Buffer[] = [];
  for await (const group of body.groups) pieces.push(...group);
  return Buffer.concat(pieces);
}
