import type { Dispatcher } from 'undici';
import { Agent, loadProxyParts } from './undici-core.ts';

export interface AgentOptions {
  readonly connections: number;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
  readonly connectTimeoutMs: number;
  readonly keepAliveTimeout: number;
}

/**
 * One long-lived agent: timeouts do not pass to agents made per request (docs/contracts/runtime.md#calls-out). With a
 * proxy, TLS goes through it in a tunnel that it cannot read, and plain HTTP is asked of it.
 */
export function openAgent(
  { connectTimeoutMs, ...options }: AgentOptions,
  proxy: string | undefined,
): Dispatcher {
  if (proxy === undefined) return new Agent({ ...options, connect: { timeout: connectTimeoutMs } });
  const { Pool, ProxyAgent } = loadProxyParts();
  return new ProxyAgent({
    uri: proxy,
    connectTimeout: connectTimeoutMs,
    ...options,
    // Left to itself, the agent has no timeouts for plain HTTP (docs/contracts/runtime.md#calls-out).
    factory: (origin: string | URL, own: object): Dispatcher => new Pool(origin, { ...options, ...own }),
  });
}
