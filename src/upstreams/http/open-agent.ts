import type { Dispatcher, buildConnector } from 'undici';
import type { TLSSocket } from 'node:tls';
import { Agent, connectorOf, loadProxyParts } from './undici-core.ts';
import { RecordReading } from './record-reading.ts';

export interface AgentOptions {
  readonly connections: number;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
  readonly connectTimeoutMs: number;
  readonly keepAliveTimeout: number;
}

function connector(timeout: number): buildConnector.connector {
  let session: Buffer | undefined;
  const plain = connectorOf({ timeout });
  return (options, callback) => {
    if (options.protocol !== 'https:') return plain(options, callback);
    const reading = new RecordReading();
    const connect = connectorOf({ timeout, allowH2: false, session, onread: reading.onread });
    const socket = connect(options, callback) as unknown as TLSSocket;
    socket.on('session', (s) => (session = s));
    reading.attach(socket);
  };
}

export function openAgent(
  { connectTimeoutMs, ...options }: AgentOptions,
  proxy: string | undefined,
): Dispatcher {
  if (proxy === undefined) return new Agent({ ...options, connect: connector(connectTimeoutMs) });
  const { Pool, ProxyAgent } = loadProxyParts();
  return new ProxyAgent({
    uri: proxy,
    connectTimeout: connectTimeoutMs,
    ...options,
    // Left to itself, the agent has no timeouts for plain HTTP (docs/contracts/runtime.md#calls-out).
    factory: (origin: string | URL, own: object): Dispatcher => new Pool(origin, { ...options, ...own }),
  });
}
