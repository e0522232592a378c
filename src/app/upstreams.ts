import { type Config, usesSandbox } from '../config/config-schema.ts';
import { GeminiUpstream } from '../upstreams/gemini/gemini-upstream.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { sandboxName, type Upstream } from '../journey/upstream.ts';
import { systemClock } from '../kernel/clock.ts';
import { inspectImage } from '../pixels/headers/inspect-picture.ts';

/** A unary answer sends its headers only when the picture is ready, so this exceeds every order's deadline. */
const upstreamSilenceMs = 620_000;

/** The upstream that the configuration names: Gemini, or without a key the sandbox, started inside. */
export async function openUpstream(
  config: Config,
  models: readonly CatalogueModel[],
): Promise<{ upstream: Upstream; close: () => Promise<void> }> {
  const sandbox = usesSandbox(config) ? await startSandbox(config, models) : undefined;
  const upstream = new GeminiUpstream({
    name: sandbox === undefined ? config.gemini.name : sandboxName,
    baseUrl: sandbox?.url ?? config.gemini.baseUrl,
    apiVersion: config.gemini.apiVersion,
    apiKey: config.gemini.apiKey ?? 'sandbox',
    connectTimeoutMs: config.gemini.connectTimeoutMs,
    maxConnections: config.gemini.maxConnections,
    headersTimeoutMs: upstreamSilenceMs,
    bodyTimeoutMs: upstreamSilenceMs,
    maxAnswerBytes: config.limits.maxUpstreamAnswerBytes,
    inspect: inspectImage,
    clock: systemClock,
    ...(sandbox !== undefined && { variationHeader: 'x-emulator-variation' }),
  });
  return {
    upstream,
    close: async () => {
      await upstream.close();
      await sandbox?.close();
    },
  };
}

/** The emulator, inside: real HTTP to a port of its own, so that the sandbox takes the same way as Google. */
async function startSandbox(config: Config, models: readonly CatalogueModel[]) {
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
