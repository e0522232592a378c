import { stat, statfs } from 'node:fs/promises';
import type { Config } from '../config/config-schema.ts';
import { databasePath } from '../config/file-places.ts';
import type { Meter } from '../observe/metrics/meter.ts';
import type { StageListener } from '../observe/timed-stages.ts';
import { requestFields } from '../openai/images/request-schema.ts';
import { healthOf } from '../routing/upstream-state.ts';
import type { MetricsListener } from '../server/metrics-route.ts';
import type { ServerOptions } from '../server/create-server.ts';
import type { OrderEvent } from '../journey/order-events.ts';
import type { Parts } from './compose.ts';
import { packageManifest } from './package-manifest.ts';

/** What is counted, and where it is heard of. */
export interface Metrics {
  readonly meter: Meter;
  readonly hear: (event: OrderEvent) => void;
  readonly onStage: StageListener;
  readonly onRequest: NonNullable<ServerOptions['onRequest']>;
  stop(): void;
}

/** The metrics, where somebody may read them; else nothing of them is loaded. */
export async function openMetrics({ metrics }: Config): Promise<Metrics | undefined> {
  if (metrics.listen === undefined && metrics.token === undefined) return undefined;
  const { Meter } = await import('../observe/metrics/meter.ts');
  const { countOrders } = await import('../observe/metrics/order-metrics.ts');
  const { countRequests } = await import('../observe/metrics/request-metrics.ts');
  const { measureProcess } = await import('../observe/metrics/process-metrics.ts');
  const meter = new Meter();
  meter.set('plantain_build_info', { version: packageManifest.version, node: process.version }, 1);
  return {
    meter,
    hear: countOrders(meter, {
      knownParameters: new Set(Object.keys(requestFields)),
      perKey: new Set(metrics.perKey),
    }),
    onStage: ({ stage, durationMs }) =>
      meter.observe('plantain_order_stage_seconds', { stage }, durationMs / 1000),
    onRequest: countRequests(meter),
    stop: measureProcess(meter),
  };
}

/** The metrics on an address of their own, where one is configured. */
export async function serveMetrics(
  { config }: Parts['setup'],
  metrics: Metrics | undefined,
): Promise<MetricsListener | undefined> {
  if (metrics === undefined || config.metrics.listen === undefined) return undefined;
  const { listenForMetrics } = await import('../server/metrics-route.ts');
  return listenForMetrics(metrics.meter, config.metrics.listen);
}

const healthStates = ['healthy', 'cooling', 'out_of_service'] as const;

/** What is the way it is when it is asked for, and need not be told between: read at each scrape. */
export function readGauges({ meter }: Metrics, parts: Parts): void {
  meter.beforeScrape(() => {
    const { admission, memory, pixels, pool } = parts;
    const { limits } = parts.setup.config;
    meter.set('plantain_orders_in_flight', {}, admission.inFlight);
    meter.set('plantain_orders_in_flight_limit', {}, limits.maxOrdersInFlight);
    meter.set('plantain_reserved_usd', {}, admission.reservedMicroUsd / 1e6);
    meter.set('plantain_held_bytes', {}, memory.heldBytes);
    meter.set('plantain_held_bytes_limit', {}, limits.maxHeldBytes);
    meter.set('plantain_reads_waiting', {}, memory.waiting);
    meter.setTotal('plantain_reads_paused_total', {}, memory.waits);
    meter.set('plantain_conversions_waiting', {}, pixels.waiting);
    meter.clear('plantain_upstream_health');
    meter.clear('plantain_upstream_calls_in_flight');
    for (const upstream of pool.states()) {
      const { name, inFlight } = upstream;
      const health = healthOf(upstream, parts.clock.nowMs());
      for (const state of healthStates)
        meter.set('plantain_upstream_health', { upstream: name, state }, state === health ? 1 : 0);
      meter.set('plantain_upstream_calls_in_flight', { upstream: name }, inFlight);
    }
  });
  meter.beforeScrape(async () => {
    const { config } = parts.setup;
    const space = await statfs(config.dataDir).catch(() => undefined);
    if (space !== undefined) meter.set('plantain_store_free_bytes', {}, space.bavail * space.bsize);
    if (parts.database.dialect !== 'sqlite') return;
    const file = databasePath(config);
    const sizes = await Promise.all([sizeOf(file), sizeOf(`${file}-wal`)]);
    meter.set('plantain_store_bytes', { what: 'database' }, sizes[0] + sizes[1]);
  });
}

const sizeOf = async (file: string): Promise<number> => (await stat(file).catch(() => undefined))?.size ?? 0;
