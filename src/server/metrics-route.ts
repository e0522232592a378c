import { createHash, timingSafeEqual } from 'node:crypto';
import type { Server } from 'node:http';
import { http } from '../kernel/node-http.ts';
import { writeError } from '../openai/shared/write-error.ts';
import type { Route } from './routes.ts';
import { unknownUrl } from './unserved-request.ts';

/** Metrics as a scrape reads them. */
export interface Exposition {
  readonly contentType: string;
  text(): Promise<string>;
}

/** `/metrics` among the other routes, for the holder of the token; to everybody else it is a path that is not there. */
export function metricsRoutes(metrics: Exposition, token: string): Route[] {
  const digest = digestOf(`Bearer ${token}`);
  return [
    {
      method: 'GET',
      path: '/metrics',
      auth: 'none',
      writeError,
      described: { path: undefined, operations: {} },
      handle: async ({ raw }) => {
        const sent = raw.headers.authorization?.replace(/^bearer +/i, 'Bearer ').trim() ?? '';
        if (!timingSafeEqual(digestOf(sent), digest))
          throw unknownUrl(raw.method ?? 'GET', raw.url ?? '/metrics');
        const text = Buffer.from(await metrics.text());
        return {
          status: 200,
          headers: { 'content-type': metrics.contentType, 'cache-control': 'no-store' },
          body: { kind: 'whole', pieces: [text] },
        };
      },
    },
  ];
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

export interface MetricsListener {
  readonly url: string;
  close(): Promise<void>;
}

/** Scrapers are few; nobody else is to hold sockets here. */
const maxConnections = 64;
const requestTimeoutMs = 10_000;

/** The metrics on an address of their own, without a token: who reaches the address may read them. */
export async function listenForMetrics(
  metrics: Exposition,
  address: { readonly host: string; readonly port: number },
): Promise<MetricsListener> {
  const server = http.createServer(
    { requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs, maxHeaderSize: 16 * 1024 },
    (request, response) => {
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      const isMetrics = request.url?.split('?')[0] === '/metrics';
      const answer = (status: number, contentType: string, text: string): void => {
        const body = Buffer.from(text);
        response.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
        response.end(request.method === 'HEAD' ? undefined : body);
      };
      if (!isMetrics) return answer(404, 'text/plain', 'The metrics are at /metrics.\n');
      if (!isRead) return answer(405, 'text/plain', 'The metrics are read by GET.\n');
      metrics.text().then(
        (text) => answer(200, metrics.contentType, text),
        () => answer(500, 'text/plain', 'The metrics could not be read.\n'),
      );
    },
  );
  server.maxConnections = maxConnections;
  await listening(server, address);
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return {
    url: `http://${host}:${port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, address: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const told = (error: Error): void =>
      reject(
        new Error(
          `metrics.listen: ${address.host}:${String(address.port)} cannot be listened on: ${error.message}`,
        ),
      );
    server.once('error', told);
    server.listen(address.port, address.host, () => {
      server.off('error', told);
      resolve();
    });
  });
}
