import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AnswerRoutes } from './answer-routes.ts';
import type { EmulatorOptions } from './emulator-options.ts';
import { Exchange } from './exchange.ts';
import { http } from '../kernel/node-http.ts';
import { PictureRenderer } from '../../painter/picture-renderer.ts';

/** Live answers to bodies of 176 MB were seen (docs/contracts/gemini.md#reference-pictures). */
const defaultMaxBodyBytes = 200 * 1024 * 1024;
/** Longer than any client keeps an idle connection, so that the client is the one to close it. */
const keepAliveTimeoutMs = 120_000;

export type { EmulatorOptions, ReceivedRequest } from './emulator-options.ts';

export interface EmulatorStats {
  readonly requests: number;
  /** Callers that left before their answer was whole. */
  readonly aborted: number;
  readonly inFlight: number;
}

export interface Emulator {
  /** Such as `http://127.0.0.1:8080`, without a trailing slash. */
  readonly url: string;
  stats(): EmulatorStats;
  /** Stops at once: calls in flight are dropped. */
  close(): Promise<void>;
}

/**
 * Starts a server that answers like Google's Gemini endpoint for image models. Rejects when the address cannot be
 * taken. Nothing is called outside; pictures are drawn here.
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const renderer = options.renderer ?? new PictureRenderer();
  const routes = new AnswerRoutes({
    ...options,
    renderer,
    maxBodyBytes: options.maxBodyBytes ?? defaultMaxBodyBytes,
  });
  const closing = new AbortController();
  const stats = { requests: 0, aborted: 0, inFlight: 0 };

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const callerGone = new AbortController();
    const exchange = new Exchange(request, response, AbortSignal.any([callerGone.signal, closing.signal]));
    stats.requests++;
    stats.inFlight++;
    response.once('close', () => {
      stats.inFlight--;
      if (!response.writableFinished && !exchange.breaksOff && !closing.signal.aborted) stats.aborted++;
      callerGone.abort();
    });
    void routes.answer(exchange).catch(() => exchange.drop());
  };

  const server = http.createServer({ keepAliveTimeout: keepAliveTimeoutMs }, answer);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, options.host, resolve);
    });
  } catch (error) {
    await renderer.close();
    throw error;
  }
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    stats: () => ({ ...stats }),
    close: async () => {
      closing.abort();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await renderer.close();
    },
  };
}
