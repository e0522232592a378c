import { createRequire } from 'node:module';
import type { Agent as UndiciAgent } from 'undici';

/**
 * The one part of undici that calls upstream need. Its entry file brings fetch, WebSocket, caches and mocks along,
 * memory and start-up time that an idle gateway has no use for. The version is pinned, and the journey tests
 * notice when this file moves.
 */
const require = createRequire(import.meta.url);

export const Agent = require('undici/lib/dispatcher/agent.js') as typeof UndiciAgent;
