import { createHash } from 'node:crypto';
import type { Config } from '../config/config-schema.ts';
import { googlePlaces } from '../config/google-places.ts';
import type { UpstreamKind } from '../config/upstream-entry.ts';
import { choiceFields, type UpstreamSettings, upstreamsOf } from '../config/upstream-list.ts';
import { type CatalogueModel, defaultModelId } from '../journey/catalogue-model.ts';
import type { Upstream } from '../journey/upstream.ts';
import { proxyFor } from '../kernel/proxy-for.ts';
import { systemClock } from '../kernel/clock.ts';
import { inspectImage } from '../pixels/headers/inspect-picture.ts';
import type { PoolMember } from '../routing/pool-member.ts';
import type { Credentials } from '../upstreams/credentials/credentials.ts';

/** A unary answer sends its headers only when the picture is ready, so this exceeds every order's deadline. */
const upstreamSilenceMs = 620_000;

/** Headers beside those of the contract, asked for with each call. */
export type MoreHeaders = () => Readonly<Record<string, string>>;

export interface Opening {
  readonly config: Config;
  /** The catalogue's, which the sandbox plays. */
  readonly models: readonly CatalogueModel[];
  readonly moreHeaders?: MoreHeaders | undefined;
}
type Opener = (settings: UpstreamSettings, opening: Opening) => Promise<Upstream>;

/** Each loads its kind of upstream when there is one: most configurations have one kind. */
const openers: Readonly<Record<UpstreamKind, Opener>> = {
  gemini: openGemini,
  vertex: openVertex,
  'openai-compatible': openOpenAiCompatible,
  sandbox: openSandbox,
};

/** Gives the upstream that is open under this key, or opens it. */
export type OpenOrKeep = (key: string, open: () => Promise<Upstream>) => Promise<Upstream>;

/**
 * The upstreams that the configuration names, each ready to be asked. The sandbox is started inside. When one cannot be
 * opened this rejects after all others are.
 */
export async function openUpstreams(
  opening: Opening,
  openOrKeep: OpenOrKeep = (_key, open) => open(),
): Promise<PoolMember[]> {
  const { config, models } = opening;
  const ownOfGemini = geminiModels(models);
  const opened = await Promise.allSettled(
    upstreamsOf(config).map(async (settings) => ({
      upstream: await openOrKeep(openingKey(settings, opening), () =>
        openers[settings.kind](settings, opening),
      ),
      priority: settings.priority,
      weight: settings.weight,
      models: settings.models === undefined ? ownOfGemini : new Set(settings.models.keys()),
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

const isOfChoice: ReadonlySet<string> = new Set(choiceFields);

/** A digest of an entry's address and credentials. */
function identityOf(settings: UpstreamSettings): string {
  const fields = Object.entries(settings).filter(([name]) => !isOfChoice.has(name));
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

/** What an upstream serves that names no models; undefined when that is all there are. */
function geminiModels(models: readonly CatalogueModel[]): ReadonlySet<string> | undefined {
  const own = models.filter(({ foreign }) => foreign === undefined);
  return own.length === models.length ? undefined : new Set(own.map(({ id }) => id));
}

/** What every upstream's connections are opened with. `baseUrl`: where it is. */
function connectionOptions(
  { name, connectTimeoutMs, maxConnections, headers, models, proxy }: UpstreamSettings,
  { config, moreHeaders }: Opening,
  baseUrl: string,
) {
  const route = routeTo(new URL(baseUrl), proxy, config);
  return {
    name,
    baseUrl,
    headers,
    modelNames: models,
    ...(route !== undefined && { proxy: route }),
    ...(moreHeaders && { moreHeaders }),
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
  const { GeminiUpstream } = await import('../upstreams/gemini/gemini-upstream.ts');
  const { address, apiVersion = '', apiKey = '' } = settings;
  return new GeminiUpstream({ ...connectionOptions(settings, opening, address), apiVersion, apiKey });
}

async function openOpenAiCompatible(settings: UpstreamSettings, opening: Opening): Promise<Upstream> {
  const { OpenAiCompatibleUpstream } = await import(
    '../upstreams/openai-compatible/openai-compatible-upstream.ts'
  );
  const { address, profile = 'openai', apiVersion, apiKey } = settings;
  const options = connectionOptions(settings, opening, address);
  return new OpenAiCompatibleUpstream({ ...options, profile, apiVersion, apiKey });
}

async function openVertex(settings: UpstreamSettings, opening: Opening): Promise<Upstream> {
  const { VertexUpstream } = await import('../upstreams/vertex/vertex-upstream.ts');
  const { address, apiVersion = '', project, location = '', models } = settings;
  return new VertexUpstream({
    ...connectionOptions(settings, opening, address),
    apiVersion,
    project,
    location,
    credentials: await vertexCredentials(settings, opening),
    checkedModelId: models?.keys().next().value ?? defaultModelId,
  });
}

async function vertexCredentials(
  { apiKey, credentials, connectTimeoutMs, proxy }: UpstreamSettings,
  { config }: Opening,
): Promise<Credentials> {
  if (apiKey !== undefined)
    return (await import('../upstreams/credentials/credentials.ts')).apiKeyCredentials(apiKey);
  const { googleCredentials } = await import('../upstreams/credentials/google-credentials.ts');
  return googleCredentials({
    source: credentials === 'metadata' || credentials === 'adc' ? credentials : { file: credentials ?? '' },
    places: googlePlaces(),
    proxyTo: (url) => routeTo(url, proxy, config),
    connectTimeoutMs: Math.min(connectTimeoutMs, 5000),
    clock: systemClock,
  });
}

/** The proxy that leads to an address; an upstream's own wins over the settings. */
function routeTo(url: URL, own: UpstreamSettings['proxy'], config: Config): string | undefined {
  return own === 'none' ? undefined : (own ?? proxyFor(url, config.proxy));
}

/** The emulator, inside: real HTTP to a port of its own, so that the sandbox takes the same way as Google. */
async function openSandbox(settings: UpstreamSettings, opening: Opening): Promise<Upstream> {
  const { GeminiUpstream } = await import('../upstreams/gemini/gemini-upstream.ts');
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
    pass: (wish, scope) => upstream.pass(wish, scope),
    connections: () => upstream.connections(),
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
