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
 * HTTP/1.1 alone: a connection an order. Left to itself, undici takes HTTP/2 where it is offered, and then all orders
 * share the 512 kB that one connection may have on its way: an answer that pauses for want of memory holds up the
 * others, and a long way makes large answers slow (docs/contracts/runtime.md#calls-out).
 */
const oneOrderAConnection = { allowH2: false };

/**
 * One long-lived agent: timeouts do not pass to agents made per request (docs/contracts/runtime.md#calls-out). With a
 * proxy, TLS goes through it in a tunnel that it cannot read, and plain HTTP is asked of it.
 */
export function openAgent(
  { connectTimeoutMs, ...given }: AgentOptions,
  proxy: string | undefined,
): Dispatcher {
  const options = { ...given, ...oneOrderAConnection };
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
