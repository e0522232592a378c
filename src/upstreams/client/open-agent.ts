import { HttpAgent } from './http-agent.ts';
import { openDispatcher } from './open-dispatcher.ts';
import type { PoolOptions } from './origin-pool.ts';
import { UndiciAgent } from './undici-agent.ts';
import type { UpstreamAgent } from './upstream-agent.ts';

/** One long-lived agent: of our own where it calls directly, undici's where a proxy leads there. */
export function openAgent(options: PoolOptions, proxy: string | undefined): UpstreamAgent {
  return proxy === undefined ? new HttpAgent(options) : new UndiciAgent(openDispatcher(options, proxy));
}
