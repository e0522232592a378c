import type { Config } from '../config/config-schema.ts';
import type { OrderEvent } from '../journey/order-events.ts';
import type { Meter } from '../observe/metrics/meter.ts';
import type { StageListener } from '../observe/timed-stages.ts';
import { requestFields } from '../openai/images/request-schema.ts';
import type { SpanCounts } from '../observe/traces/span-exporter.ts';
import type { PixelWork } from '../pixels/pixel-works.ts';
import type { ServerOptions } from '../server/create-server.ts';
import { packageManifest } from './package-manifest.ts';

/** What is counted, and where it is heard of. */
export interface Metrics {
  readonly meter: Meter;
  readonly hear: (event: OrderEvent) => void;
  readonly onStage: StageListener;
  readonly onWorked: (work: Pick<PixelWork, 'kind'>, durationMs: number) => void;
  readonly onRequest: NonNullable<ServerOptions['onRequest']>;
  stop(): void;
}

/** The metrics, where somebody may read them; else nothing of them is loaded. `spans`: what became of those of traces. */
export async function openMetrics(
  { metrics }: Config,
  spans: SpanCounts | undefined,
): Promise<Metrics | undefined> {
  if (metrics.listen === undefined && metrics.token === undefined) return undefined;
  const { Meter } = await import('../observe/metrics/meter.ts');
  const { countOrders } = await import('../observe/metrics/order-metrics.ts');
  const { countRequests } = await import('../observe/metrics/request-metrics.ts');
  const { measureProcess } = await import('../observe/metrics/process-metrics.ts');
  const meter = new Meter();
  meter.set('plantain_build_info', { version: packageManifest.version, node: process.version }, 1);
  if (spans !== undefined)
    meter.beforeScrape(() => {
      for (const [outcome, total] of Object.entries<number>({ ...spans }))
        meter.setTotal('plantain_trace_spans_total', { outcome }, total);
    });
  return {
    meter,
    hear: countOrders(meter, {
      knownParameters: new Set(Object.keys(requestFields)),
      perKey: new Set(metrics.perKey),
    }),
    onStage: (stage, durationMs) =>
      meter.observe('plantain_order_stage_seconds', { stage }, durationMs / 1000),
    onWorked: ({ kind }, durationMs) =>
      meter.observe('plantain_conversion_seconds', { kind }, durationMs / 1000),
    onRequest: countRequests(meter),
    stop: measureProcess(meter),
  };
}
