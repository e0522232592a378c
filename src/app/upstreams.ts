import { createHash } from 'node:crypto';
import type { Config } from '../config/config-schema.ts';
import type { UpstreamKind } from '../config/upstream-entry.ts';
import { type UpstreamSettings, upstreamsOf } from '../config/upstream-list.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { Upstream } from '../journey/upstream.ts';
import { proxyFor } from '../kernel/proxy-for.ts';
import { systemClock } from '../kernel/clock.ts';
import { inspectImage } from '../pixels/headers/inspect-picture.ts';
import type { PoolMember } from '../routing/pool-member.ts';
import { GeminiUpstream } from '../upstreams/gemini/gemini-upstream.ts';

/** A unary answer sends its headers only when the picture is ready, so this exceeds every order's deadline. */
const upstreamSilenceMs = 620_000;

interface Opening {
  readonly config: Config;
  /** The catalogue's, which the sandbox plays. */
  readonly models: readonly CatalogueModel[];
}
type Opener = (settings: UpstreamSettings, opening: Opening) => Promise<Upstream>;

const openers: Readonly<Record<UpstreamKind, Opener>> = { gemini: openGemini, sandbox: openSandbox };

/** Gives the upstream that is open under this key, or opens it. */
export type OpenOrKeep = (key: string, open: () => Promise<Upstream>) => Promise<Upstream>;

/**
 * The upstreams that the configuration names, each ready to be asked. The sandbox is started inside. When one cannot be
 * opened this rejects after all others are.
 */
export async function openUpstreams(
  config: Config,
  models: readonly CatalogueModel[],
  openOrKeep: OpenOrKeep = (_key, open) => open(),
): Promise<PoolMember[]> {
  const opening = { config, models };
  const opened = await Promise.allSettled(
    upstreamsOf(config).map(async (settings) => ({
      upstream: await openOrKeep(openingKey(settings, opening), () =>
        openers[settings.kind](settings, opening),
      ),
      priority: settings.priority,
      weight: settings.weight,
      models: settings.models && new Set(settings.models.keys()),
      quotaGroup: settings.quotaGroup,
      maxConcurrent: settings.maxConcurrent,
      requestsPerMinute: settings.requestsPerMinute,
      identity: identityOf(settings),
      hasHealth: settings.kind !== 'sandbox',
      hasFixedQuota: settings.kind === 'gemini',
    })),
  );
  return opened.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/** What says where an upstream stands in a choice, and not where it is or as whom it is asked. */
const choiceFields: ReadonlySet<string> = new Set<keyof UpstreamSettings>([
  'priority',
  'weight',
  'models',
  'quotaGroup',
  'maxConcurrent',
  'requestsPerMinute',
]);

/** A digest of an entry's address and credentials. */
function identityOf(settings: UpstreamSettings): string {
  const fields = Object.entries(settings).filter(([name]) => !choiceFields.has(name));
  fields.sort(([left], [right]) => (left < right ? -1 : 1));
  return digestOf(fields);
}

/** A digest of all that an upstream is opened with: while it stays, so do its connections. */
function openingKey(settings: UpstreamSettings, { config, models }: Opening): string {
  return digestOf([
    identityOf(settings),
    [...(settings.models ?? [])],
    config.proxy,
    config.limits.maxUpstreamAnswerBytes,
    settings.kind === 'sandbox' ? [config.sandbox, models] : [],
  ]);
}

const digestOf = (facts: unknown): string =>
  createHash('sha256').update(JSON.stringify(facts)).digest('base64url');

/** What every upstream's connections are opened with. `baseUrl`: where it is. */
function connectionOptions(
  { name, connectTimeoutMs, maxConnections, headers, models, proxy }: UpstreamSettings,
  { config }: Opening,
  baseUrl: string,
) {
  const route = proxy === 'none' ? undefined : (proxy ?? proxyFor(new URL(baseUrl), config.proxy));
  return {
    name,
    baseUrl,
    headers,
    modelNames: models,
    ...(route !== undefined && { proxy: route }),
    connectTimeoutMs,
    maxConnections,
    headersTimeoutMs: upstreamSilenceMs,
    bodyTimeoutMs: upstreamSilenceMs,
    maxAnswerBytes: config.limits.maxUpstreamAnswerBytes,
    inspect: inspectImage,
    clock: systemClock,
  };
}

async function openGemini(settings: UpstreamSettings, opening: Opening): Promise<Upstream> {
  const { address, apiVersion = '', apiKey = '' } = settings;
  return new GeminiUpstream({ ...connectionOptions(settings, opening, address), apiVersion, apiKey });
}

/** The emulator, inside: real HTTP to a port of its own, so that the sandbox takes the same way as Google. */
async function openSandbox(settings: UpstreamSettings, opening: Opening): Promise<Upstream> {
  const sandbox = await startSandbox(opening);
  const upstream = new GeminiUpstream({
    ...connectionOptions({ ...settings, proxy: 'none' }, opening, sandbox.url),
    apiVersion: 'v1beta',
    apiKey: 'sandbox',
    variationHeader: 'x-emulator-variation',
  });
  return {
    name: upstream.name,
    draw: (wish, scope) => upstream.draw(wish, scope),
    close: async () => {
      await upstream.close();
      await sandbox.close();
    },
  };
}

async function startSandbox({ config, models }: Opening) {
  const { startEmulator } = await import('../emulator/start-emulator.ts');
  const { isScenarioName } = await import('../emulator/scenarios.ts');
  const { scenario, latencyMs } = config.sandbox;
  if (scenario !== undefined && !isScenarioName(scenario)) {
    throw new Error(
      `sandbox.scenario "${scenario}" is not known. \`plantain emulator --list-scenarios\` lists them.`,
    );
  }
  return startEmulator({
    host: '127.0.0.1',
    port: 0,
    models,
    latencyMs,
    ...(scenario !== undefined && { scenario }),
  });
}
