import { createRequire } from 'node:module';
import type { Agent, Dispatcher, Pool, ProxyAgent } from 'undici';
import type { PoolOptions } from './origin-pool.ts';

const require = createRequire(import.meta.url);

/** Loaded only where it is used: memory and start-up time that an idle gateway has no use for. */
const loadUndici = () =>
  require('undici') as {
    readonly Agent: typeof Agent;
    readonly Pool: typeof Pool;
    readonly ProxyAgent: typeof ProxyAgent;
  };

/**
 * One long-lived agent of undici's: timeouts do not pass to agents made per request
 * (docs/contracts/runtime.md#calls-out). HTTP/1.1 alone, as `HttpAgent` has it. With a proxy, TLS goes through it in a
 * tunnel that it cannot read, and plain HTTP is asked of it.
 */
export function openDispatcher(
  { maxConnections, headersTimeoutMs, bodyTimeoutMs, keepAliveTimeoutMs, connectTimeoutMs }: PoolOptions,
  proxy: string | undefined,
): Dispatcher {
  const undici = loadUndici();
  const options = {
    connections: maxConnections,
    headersTimeout: headersTimeoutMs,
    bodyTimeout: bodyTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    allowH2: false,
  };
  if (proxy === undefined) return new undici.Agent({ ...options, connect: { timeout: connectTimeoutMs } });
  return new undici.ProxyAgent({
    uri: proxy,
    connectTimeout: connectTimeoutMs,
    ...options,
    // Left to itself, the agent has no timeouts for plain HTTP (docs/contracts/runtime.md#calls-out).
    factory: (origin: string | URL, own: object): Dispatcher =>
      new undici.Pool(origin, { ...options, ...own }),
  });
}
