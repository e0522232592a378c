import { createRequire } from 'node:module';
import type { Agent as UndiciAgent, Pool as UndiciPool, ProxyAgent as UndiciProxyAgent } from 'undici';

/**
 * The one part of undici that calls upstream need. Its entry file brings fetch, WebSocket, caches and mocks along,
 * memory and start-up time that an idle gateway has no use for. The version is pinned, and the journey tests
 * notice when this file moves.
 */
const require = createRequire(import.meta.url);

/**
 * Loaded only where a proxy is configured, and by the entry file: it gives clients the method `connect`, without which
 * the proxy agent opens no tunnel.
 */
export const loadProxyParts = () =>
  require('undici') as { readonly Pool: typeof UndiciPool; readonly ProxyAgent: typeof UndiciProxyAgent };

export const Agent = require('undici/lib/dispatcher/agent.js') as typeof UndiciAgent;
