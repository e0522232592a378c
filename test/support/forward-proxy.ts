import { createServer, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ForwardProxy {
  readonly url: string;
  /** What it was asked for: `CONNECT host:port`, or a method and a whole address. */
  readonly asked: string[];
  readonly authorizations: (string | undefined)[];
  close(): Promise<void>;
}

/**
 * A real HTTP proxy: tunnels, and plain requests passed on. `route` says where a tunnel or request ends in truth, so that
 * names and addresses of the outside can be asked for; undefined refuses with 403.
 */
export async function startForwardProxy(
  route: (target: string) => { readonly port: number } | undefined,
): Promise<ForwardProxy> {
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '');
    asked.push(`${incoming.method} ${url.href}`);
    authorizations.push(incoming.headers['proxy-authorization']);
    const end = route(`${url.hostname}:${url.port === '' ? '80' : url.port}`);
    if (end === undefined) return void outgoing.writeHead(403).end();
    const { method, headers } = incoming;
    const onward = request({
      port: end.port,
      host: '127.0.0.1',
      path: `${url.pathname}${url.search}`,
      method,
      headers,
    });
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.on('connect', (incoming, socket: Socket, head: Buffer) => {
    asked.push(`CONNECT ${incoming.url ?? ''}`);
    authorizations.push(incoming.headers['proxy-authorization']);
    const end = route(incoming.url ?? '');
    if (end === undefined) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const onward = connect(end.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const side of [socket, onward]) {
      sockets.add(side);
      side.on('error', () => undefined).on('close', () => sockets.delete(side));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    authorizations,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
