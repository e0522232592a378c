import { stat, statfs } from 'node:fs/promises';
import { databasePath } from '../config/file-places.ts';
import type { SweepOutcome } from '../gallery/retention-sweep.ts';
import { healthOf } from '../routing/upstream-state.ts';
import { listenForMetrics, type MetricsListener } from '../server/metrics-route.ts';
import type { Parts } from './compose.ts';
import type { Metrics } from './open-metrics.ts';

/** The metrics on an address of their own, where one is configured. */
export async function serveMetrics(
  { config }: Parts['setup'],
  metrics: Metrics | undefined,
): Promise<MetricsListener | undefined> {
  if (metrics === undefined || config.metrics.listen === undefined) return undefined;
  return listenForMetrics(metrics.meter, config.metrics.listen);
}

/** What a sweep of the stored pictures found. */
export function countSwept({ meter }: Metrics, { removed, keptPictures, keptBytes }: SweepOutcome): void {
  meter.add('plantain_gallery_swept_total', {}, removed);
  meter.set('plantain_gallery_pictures', {}, keptPictures);
  meter.set('plantain_store_bytes', { what: 'pictures' }, keptBytes);
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
  meter.beforeScrape(() => {
    meter.clear('plantain_upstream_connections');
    for (const upstream of parts.upstreams.all) {
      const open = upstream.connections?.();
      for (const state of ['busy', 'idle'] as const)
        if (open !== undefined)
          meter.set('plantain_upstream_connections', { upstream: upstream.name, state }, open[state]);
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
