import { createRequire } from 'node:module';
import type { Agent as UndiciAgent, Dispatcher } from 'undici';

/**
 * The two parts of undici that calls upstream need. Its entry file brings fetch, WebSocket, caches and mocks
 * along, 13 MB of memory and 40 ms of start that an idle gateway has no use for. The version is pinned, and a
 * test notices when these files move.
 */
const require = createRequire(import.meta.url);

export const Agent = require('undici/lib/dispatcher/agent.js') as typeof UndiciAgent;

/** As `undici.request`, on a given dispatcher. */
export const requestOn = require('undici/lib/api/api-request.js') as (
  this: Dispatcher,
  options: Dispatcher.RequestOptions,
) => Promise<Dispatcher.ResponseData>;
