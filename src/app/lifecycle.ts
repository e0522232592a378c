import { setTimeout as sleep } from 'node:timers/promises';
import { ensureFirstKey } from '../access/ensure-first-key.ts';
import type { SettingView } from '../admin/catalogue-routes.ts';
import type { ReloadOutcome } from '../admin/reload-routes.ts';
import type { Config } from '../config/config-schema.ts';
import { explainConfig } from '../config/explain-config.ts';
import { listensLocally, servesConsole } from '../config/console-section.ts';
import { LedgerKeeper } from '../store/sql/ledger-keeper.ts';
import { RetentionSweep } from '../gallery/retention-sweep.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { ImageResult } from '../journey/receipt.ts';
import { newId } from '../kernel/ids.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { causeOf, docsUrl, stackOf } from '../observe/order-log.ts';
import { createServer, type PlantainServer } from '../server/create-server.ts';
import { type Route, switchedRoutes } from '../server/routes.ts';
import type { MetricsListener } from '../server/metrics-route.ts';
import { takeServeLock } from '../store/disk/serve-lock.ts';
import { reasonOfStore } from './blob-stores.ts';
import { checkServingKeys, type UpstreamCheck } from './check-upstream-keys.ts';
import { compose, type Parts } from './compose.ts';
import { dryRunLocalOrder, type LocalOrder, runLocalOrder } from './local-order.ts';
import { packageManifest } from './package-manifest.ts';
import { adminSecretOf, createReload } from './reload.ts';
import { listenOn } from './listen-on.ts';
import { createOperators } from './operators.ts';
import { createRoutes } from './routes.ts';
import { countSwept, readGauges, serveMetrics } from './serve-metrics.ts';

/** A running Plantain. */
export interface App {
  /** What it was started with. */
  readonly config: Config;
  /** Names of the upstreams in force, as the log and the ledger have them. */
  readonly upstreamNames: readonly string[];
  /** The plain key made at this start, to be shown once; known after `listen`. */
  readonly firstKey: string | undefined;
  /** What opens the console once, for whoever starts the server on their own machine; undefined where a secret does. */
  readonly claimToken: string | undefined;
  /** Orders an earlier process left open, closed by `listen`. */
  readonly leftOpenOrders: number;
  /** Bytes that orders hold now, and the most they ever held. */
  readonly memory: { readonly heldBytes: number; readonly peakBytes: number };
  /** Requests under way now, uploads included. */
  readonly openRequests: number;
  /** Takes the data directory for itself, makes the first key, and serves. */
  listen(): Promise<{ readonly url: string; readonly metricsUrl?: string | undefined }>;
  /**
   * Asks every upstream with a key whether it takes it, free of charge, for the log and `/readyz`: what each answered.
   * Never rejects.
   */
  checkKeys(): Promise<readonly UpstreamCheck[]>;
  /** Reads the configuration again and puts it in force, without dropping a request. A bad one is refused. Never rejects. */
  reload(): Promise<ReloadOutcome>;
  /** Is not ready any more, then stops accepting, lets orders finish or cuts them after the grace time, and closes everything. */
  drain(): Promise<void>;
  /** Runs one order in this process, by the same journey as over HTTP. Rejects with a catalogue error. */
  runOrder(order: LocalOrder): Promise<ImageResult>;
  /** How such an order would be understood, as over HTTP. Draws nothing. */
  dryRun(order: LocalOrder): Promise<ImageAnswer>;
}

const dropConnectionsAfterMs = 5000;
/** How long a stop waits for rows of orders that the database would not take. */
const lateRowsTimeoutMs = 5000;
const sweepIntervalMs = 15 * 60_000;

export interface AppOptions {
  /** `:memory:` leaves nothing on the disk. Absent: the one in the data folder. */
  readonly databaseFile?: string;
  /** Reads the configuration again for a reload; throws what is wrong with it. Absent: it is what it was. */
  readonly reread?: () => Config;
  /** Where each value of the last configuration that was read came from. Absent: nobody knows. */
  readonly originOf?: Origins;
}

type Origins = Parameters<typeof explainConfig>[0]['originOf'];

/** A Plantain of this configuration. Nothing listens yet and the data directory is not locked. */
export async function createApp(
  config: Config,
  { databaseFile, reread = () => config, originOf = () => '' }: AppOptions = {},
): Promise<App> {
  return lifecycleOf(config, await compose(config, databaseFile), reread, originOf);
}

/** Start, reload, drain and stop of what was composed. */
function lifecycleOf(config: Config, parts: Parts, reread: () => Config, originOf: Origins): App {
  const { clock, log, ledger, book, admission, scopes, memory, tracing } = parts;
  let server: PlantainServer | undefined;
  let lock: { release(): void } | undefined;
  let metricsListener: MetricsListener | undefined;
  const stopping = new AbortController();
  let isServing = false;
  let firstKey: string | undefined;
  let claimToken: string | undefined;
  let leftOpenOrders = 0;
  const sweep = new RetentionSweep({
    blobs: parts.blobs,
    clock,
    retentionMs: () => parts.setup.config.links.retentionHours * 3_600_000,
    intervalMs: sweepIntervalMs,
    onError: (error, unremoved) =>
      log.warn({ unremoved, cause: reasonOfStore(error) }, 'stored pictures could not be swept'),
    onSwept: (outcome) => parts.metrics && countSwept(parts.metrics, outcome),
  });

  const keeper = new LedgerKeeper({
    ...parts.database,
    retentionDays: () => parts.setup.config.ledger.retentionDays,
    nowMs: () => clock.nowMs(),
    openReader: (signal) => parts.reports.open(signal),
    onForgotten: (orders) => log.info({ orders }, 'orders older than ledger.retention_days were forgotten'),
    onTrouble: (error) =>
      log.warn({ cause: String(error) }, 'the ledger could not be tidied; tried again in an hour'),
  });

  const operators = createOperators(parts);
  const explain = (inForce: Config): SettingView[] =>
    explainConfig({ config: inForce, originOf }).map(({ field, value, origin, description, isSecret }) => ({
      name: field,
      value: isSecret && value !== '' ? 'set' : value,
      origin,
      description,
      secret: isSecret,
    }));
  const routesInForce = (): Route[] =>
    createRoutes(parts, { stopping: stopping.signal, reload, operators, explain });
  let routes: readonly Route[] = [];
  const reload = createReload(parts, reread, stopping.signal, () => {
    routes = routesInForce();
  });

  return {
    config,
    get upstreamNames() {
      return namesOf(parts.upstreams.all);
    },
    memory,
    get firstKey() {
      return firstKey;
    },
    get claimToken() {
      return claimToken;
    },
    get leftOpenOrders() {
      return leftOpenOrders;
    },
    get openRequests() {
      return scopes.size;
    },
    async listen() {
      // Before anything is written into the folder.
      lock = takeServeLock(config.dataDir);
      // Before any order: a picture behind a link that cannot be signed would be paid for and lost.
      await parts.links();
      parts.adminSecret = await adminSecretOf(config);
      await parts.enterBudgetZone();
      leftOpenOrders = await ledger.closeLeftOpen(clock.nowMs());
      parts.metrics?.meter.add('plantain_ledger_unknown_total', {}, leftOpenOrders);
      if (leftOpenOrders > 0)
        log.warn(
          { orders: leftOpenOrders },
          'orders left open by an earlier run were closed as unknown, at their reserved price',
        );
      await parts.idempotency.start();
      // Servers that are killed again and again live too short to do so later.
      await parts.instance?.reap();
      const first = await ensureFirstKey(book.keys, clock, config.bootstrapKey);
      if (first.kind === 'created') firstKey = first.key;
      sweep.start();
      keeper.start();
      await parts.healthKeeper.start(parts.pool);
      parts.keyProbes.start();
      parts.webhooks.start(() => parts.setup.config);
      routes = routesInForce();
      server = createServer({
        routes: switchedRoutes(() => routes),
        clock,
        authenticate: (credentials) => parts.setup.stages.authenticate(credentials),
        authenticateAdmin: operators.authenticate,
        trustProxy: config.trustProxy,
        inForce: () => ({
          publicUrl: parts.setup.config.publicUrl,
          corsOrigins: parts.setup.config.cors.origins,
          home: servesConsole(parts.setup.config) ? 'console/' : undefined,
        }),
        maxConnections: config.limits.maxConnections,
        requestIdleMs: config.limits.bodyIdleMs,
        stalledClientMs: config.limits.stalledClientMs,
        openMemory: () => memory.open(),
        onScope: (scope) => scopes.add(scope),
        onRequest: parts.metrics?.onRequest,
        beginTrace: tracing && ((request) => tracing.tracer.begin(request)),
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
              docs_url: docsUrl(error.code),
              ...causeOf(error),
              stack: stackOf(error),
            },
            'fault',
          ),
      });
      if (parts.metrics !== undefined) readGauges(parts.metrics, parts);
      metricsListener = await serveMetrics(parts.setup, parts.metrics);
      const url = await listenOn(server, config);
      isServing = true;
      if (servesConsole(config) && listensLocally(config.host) && config.admin.secret === undefined)
        claimToken = parts.claim.make();
      log.info(
        {
          version: packageManifest.version,
          url,
          upstreams: namesOf(parts.upstreams.all),
          ...(metricsListener && { metrics: metricsListener.url }),
        },
        'started',
      );
      return { url, metricsUrl: metricsListener?.url };
    },
    checkKeys: () => checkServingKeys(parts.upstreams.all, parts.keyStates, log, stopping.signal),
    reload,
    async drain() {
      stopping.abort();
      parts.keyProbes.stop();
      const { shutdownGraceMs, shutdownDelayMs } = parts.setup.config;
      if (isServing) {
        log.info({ requests: scopes.size, graceMs: shutdownGraceMs }, 'stopping');
        // Not ready any more, but still there: whoever sends orders has time to turn away.
        if (shutdownDelayMs > 0) await sleep(shutdownDelayMs);
      }
      admission.close();
      const cut = setTimeout(
        () => scopes.abortAll(new PlantainError('server_stopping', 'The server is stopping.')),
        shutdownGraceMs,
      );
      // A client that does not read its answer must not keep a stopping server up.
      const drop = setTimeout(() => server?.closeAll(), shutdownGraceMs + dropConnectionsAfterMs);
      await server?.stopAccepting();
      // An order whose client left has no connection to wait for, and is still to be ended, kept and settled.
      await scopes.whenEmpty(shutdownGraceMs + dropConnectionsAfterMs);
      clearTimeout(cut);
      clearTimeout(drop);
      // Beside the rest: a collector that does not answer is waited for, though not for long.
      const traced = tracing?.stop();
      await ledger.stop(lateRowsTimeoutMs);
      await parts.webhooks.stop();
      await parts.healthKeeper.stop();
      await sweep.stop();
      await keeper.stop();
      await parts.idempotency.stop();
      await Promise.all(parts.upstreams.all.map((upstream) => upstream.close()));
      await parts.stores.close();
      await parts.reports.close();
      await parts.instance?.end();
      await parts.database.close();
      await metricsListener?.close();
      parts.metrics?.stop();
      await traced;
      lock?.release();
      if (isServing) log.info({}, 'stopped');
    },
    runOrder: (order) => {
      const id = newId('req', clock.nowMs());
      const trace = tracing?.tracer.beginLocal(id);
      if (trace === undefined) return runLocalOrder(parts, id, order);
      return trace.run(() => runLocalOrder(parts, id, order)).finally(() => trace.end());
    },
    dryRun: (order) => dryRunLocalOrder(parts, newId('req', clock.nowMs()), order),
  };
}

const namesOf = (upstreams: readonly { readonly name: string }[]): string[] =>
  upstreams.map(({ name }) => name);
