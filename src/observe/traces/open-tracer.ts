import type { Tracer } from '@opentelemetry/api';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { OrderTracer, type OrderTracerOptions } from './order-tracer.ts';
import {
  CollectorExporter,
  type PostSpans,
  type SpanCounts,
  type SpanExporterOptions,
} from './span-exporter.ts';

export interface TracerOptions
  extends Omit<OrderTracerOptions, 'tracer'>,
    Pick<SpanExporterOptions, 'compression' | 'timeoutMs' | 'onLost'> {
  readonly post: PostSpans;
  readonly protocol: 'http/protobuf' | 'http/json';
  readonly sampler: string;
  /** Share of the traces that samplers by ratio keep. */
  readonly ratio: number;
  readonly resource: Readonly<Record<string, string>>;
  readonly version: string;
}

/** Spans that may wait to be sent. */
const maxWaitingSpans = 2048;
const maxBatchSpans = 512;
const batchIntervalMs = 5000;
/** How long a stop waits for a collector that does not answer. */
const stopTimeoutMs = 3000;

/** What the traces are made with. Loads OpenTelemetry's SDK: to be imported only where traces are wanted. */
export function openTracer(options: TracerOptions) {
  const counts: SpanCounts = { sent: 0, rejected: 0, failed: 0, dropped: 0 };
  const isJson = options.protocol === 'http/json';
  const exporter = new CollectorExporter({
    ...options,
    serializer: isJson ? JsonTraceSerializer : ProtobufTraceSerializer,
    contentType: isJson ? 'application/json' : 'application/x-protobuf',
    counts,
  });
  const processor = boundedBatches(exporter, counts, options.onLost);
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes(options.resource)),
    sampler: samplerOf(options.sampler, options.ratio),
    spanLimits: { attributeValueLengthLimit: 512, eventCountLimit: 64, linkCountLimit: 16 },
    spanProcessors: [processor],
  });
  const tracer: Tracer = provider.getTracer('plantain', options.version);
  return {
    tracer: new OrderTracer({ ...options, tracer }),
    counts,
    /** Sends what waits, once, and gives up what a silent collector does not take. Never rejects. */
    stop: async (): Promise<void> => {
      exporter.hurry();
      const timer = setTimeout(() => exporter.giveUp(), stopTimeoutMs);
      await provider.shutdown().catch(() => undefined);
      clearTimeout(timer);
    },
  };
}

/** Batches, with a bound on what waits for the next one that tells what it costs. */
function boundedBatches(
  exporter: CollectorExporter,
  counts: SpanCounts,
  onLost: SpanExporterOptions['onLost'],
): SpanProcessor {
  let waiting = 0;
  const batches = new BatchSpanProcessor({
    exporter: {
      export: (spans, onDone) => {
        waiting -= spans.length;
        exporter.export(spans, onDone);
      },
      shutdown: () => exporter.shutdown(),
      forceFlush: () => exporter.forceFlush(),
    },
    maxQueueSize: maxWaitingSpans,
    maxExportBatchSize: maxBatchSpans,
    scheduledDelayMillis: batchIntervalMs,
    // The exporter keeps to its own.
    exportTimeoutMillis: 2 ** 31 - 1,
  });
  return {
    onStart: () => undefined,
    onEnd: (span: ReadableSpan) => {
      if ((span.spanContext().traceFlags & 1) === 0) return;
      if (waiting >= maxWaitingSpans) {
        counts.dropped++;
        onLost('too many spans wait to be sent', 1);
        return;
      }
      waiting++;
      batches.onEnd(span);
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => batches.shutdown(),
  };
}

function samplerOf(name: string, ratio: number): Sampler {
  const plain = name.replace('parentbased_', '');
  const root =
    plain === 'always_on'
      ? new AlwaysOnSampler()
      : plain === 'always_off'
        ? new AlwaysOffSampler()
        : new TraceIdRatioBasedSampler(ratio);
  return plain === name ? root : new ParentBasedSampler({ root });
}
