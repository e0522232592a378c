import type { Socket } from 'node:net';
import { Client } from 'undici';

export interface ProxyTunnel {
  /** A connection through the proxy to an address and port. Rejects when the proxy will not. */
  open(address: string, port: string): Promise<Socket>;
  destroy(): Promise<void>;
}

/** Tunnels through an HTTP proxy, one after the other. The proxy is given an address, never a name that it would look up. */
export function proxyTunnel(proxy: string, connectTimeoutMs: number): ProxyTunnel {
  const { origin, username, password } = new URL(proxy);
  const credentials = [username, password].map(decodeURIComponent).join(':');
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  const client = new Client(origin, {
    connect: { timeout: connectTimeoutMs },
    headersTimeout: connectTimeoutMs,
  });
  return {
    open: async (address, port) => {
      const path = `${address.includes(':') ? `[${address}]` : address}:${port}`;
      const headers = { host: path, ...(username !== '' && { 'proxy-authorization': authorization }) };
      const { socket, statusCode } = await client.connect({ path, headers });
      if (statusCode === 200) return socket as Socket;
      socket.on('error', () => undefined).destroy();
      throw new Error(`The proxy answers ${String(statusCode)}.`);
    },
    destroy: () => client.destroy(),
  };
}
