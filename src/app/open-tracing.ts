import type { Config } from '../config/config-schema.ts';
import type { UpstreamKind } from '../config/upstream-entry.ts';
import { upstreamsOf } from '../config/upstream-list.ts';
import { proxyFor } from '../kernel/proxy-for.ts';
import type { StageListener } from '../observe/timed-stages.ts';
import type { PixelWork } from '../pixels/pixel-works.ts';
import { packageManifest } from './package-manifest.ts';

/** What traces are made with, and what has to be told of them. */
export type Tracing = NonNullable<Awaited<ReturnType<typeof openTracing>>>;

/** At most one line of the log in this time tells of spans that were lost. */
const quietMs = 60_000;

/** The traces, where there is a collector for them; else nothing of them is loaded. */
export async function openTracing(config: Config) {
  const { tracing, proxy } = config;
  const { endpoint, tracesEndpoint, disabled, exporter } = tracing;
  const url = tracesEndpoint ?? (endpoint && `${endpoint}/v1/traces`);
  if (url === undefined || disabled || exporter === 'none') return undefined;
  const { openTracer } = await import('../observe/traces/open-tracer.ts');
  const { collectorPost } = await import('../remote/collector-post.ts');
  let inForce = (): ConfigOfUpstreams => config;
  let tell: ((cause: string, spans: number) => void) | undefined;
  const opened = openTracer({
    ...tracing,
    post: collectorPost({ url, headers: tracing.headers, proxyTo: (target) => proxyFor(target, proxy) }),
    onLost: (cause, spans) => tell?.(cause, spans),
    ratio: tracing.samplerArg,
    version: packageManifest.version,
    resource: {
      'service.version': packageManifest.version,
      'plantain.semconv': 'genai-2026-09',
      ...tracing.resourceAttributes,
      'service.name': tracing.serviceName ?? tracing.resourceAttributes['service.name'] ?? 'plantain',
    },
    factsOf: remembered(() => inForce()),
  });
  return {
    ...opened,
    /** Which configuration says where the upstreams are. */
    follow(current: () => ConfigOfUpstreams): void {
      inForce = current;
    },
    onStage: (...[stage, durationMs, error]: Parameters<StageListener>): void =>
      opened.tracer.onStep(stage, durationMs, error),
    onWorked: ({ name, size, format }: PixelWork, durationMs: number): void =>
      opened.tracer.onStep(name, durationMs, undefined, {
        'plantain.image.width': size.widthPx,
        'plantain.image.height': size.heightPx,
        ...(format !== undefined && { 'plantain.image.format': format }),
      }),
    /** Has the log told of lost spans, now and then. */
    tellLost(log: { warn(fields: object, message: string): void }): void {
      let toldAtMs = Number.NEGATIVE_INFINITY;
      let untold = 0;
      tell = (cause, spans) => {
        untold += spans;
        if (performance.now() - toldAtMs < quietMs) return;
        log.warn({ cause, spans: untold }, 'spans of traces were lost');
        [toldAtMs, untold] = [performance.now(), 0];
      };
    },
  };
}

/** The conventions' names for what is spoken there; a sandbox speaks as Google does. */
const providers: Readonly<Record<UpstreamKind, string>> = {
  gemini: 'gcp.gemini',
  sandbox: 'gcp.gemini',
  vertex: 'gcp.vertex_ai',
  'openai-compatible': 'openai',
};

type ConfigOfUpstreams = Pick<Config, 'gemini' | 'upstreams'>;

/** Facts of the upstreams by name, found anew when another configuration is in force. */
function remembered(inForce: () => ConfigOfUpstreams) {
  let known: { readonly of: ConfigOfUpstreams; readonly facts: ReadonlyMap<string, Facts> } | undefined;
  return (name: string): Facts | undefined => {
    const config = inForce();
    if (known?.of !== config)
      known = { of: config, facts: new Map(upstreamsOf(config).map((one) => [one.name, factsOf(one)])) };
    return known.facts.get(name);
  };
}

type Facts = ReturnType<typeof factsOf>;

function factsOf({ kind, address }: ReturnType<typeof upstreamsOf>[number]) {
  const url = URL.parse(address);
  const port = url === null ? undefined : Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return {
    provider: providers[kind],
    ...(url !== null && port !== undefined && { address: url.hostname, port }),
  };
}
