import { readFileSync } from 'node:fs';
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionsOptions {
  readonly maxConnections: number;
  /** Told at most every ten seconds that connections were refused, and how many since. */
  readonly onRefused: (refused: number, maxConnections: number) => void;
}

const reportIntervalMs = 10_000;
/** Files that the process needs besides connections: database, pictures being stored, workers. */
const otherFiles = 64;

/**
 * The connections of a server: bounded, so that strangers who say nothing cannot use up the files that orders need,
 * and known, so that a stopping server waits only for those with a request under way.
 */
export class Connections {
  readonly #responses = new Map<Socket, Set<ServerResponse>>();

  constructor(server: Server, { maxConnections, onRefused }: ConnectionsOptions) {
    const bound = Math.min(maxConnections, connectionsWithinFiles());
    server.maxConnections = bound;
    let refused = 0;
    let reportedAtMs = -reportIntervalMs;
    server.on('drop', () => {
      refused++;
      if (performance.now() - reportedAtMs < reportIntervalMs) return;
      reportedAtMs = performance.now();
      onRefused(refused, bound);
      refused = 0;
    });
    server.on('connection', (socket: Socket) => {
      this.#responses.set(socket, new Set());
      socket.once('close', () => this.#responses.delete(socket));
      socket.once('end', () => this.#probe(socket));
    });
    server.on('request', ({ socket }, response) => {
      const responses = this.#responses.get(socket);
      responses?.add(response);
      response.once('close', () => responses?.delete(response));
    });
  }

  /** Ends every connection without a request under way, also one that began a request and never ended it. */
  closeIdle(): void {
    for (const [socket, responses] of this.#responses) if (responses.size === 0) socket.destroy();
  }

  /**
   * The client closed its side. Most have left; some only say that they will send no more, and still read. Interim
   * answers tell them apart: the system of one who has left answers with a reset (RFC 9110, section 15.2).
   */
  #probe(socket: Socket): void {
    for (const response of this.#responses.get(socket) ?? []) {
      if (response.req.httpVersion === '1.0') socket.destroy();
      else writeToFindOut(response, () => !response.headersSent && writeInterim(response));
    }
  }
}

/** The reset that a first byte brings about is only noticed by the next one. */
const probeDelaysMs = [0, 50, 250, 1000, 5000];

/** Writes again and again until `write` says that it need not, or the connection is gone. */
export function writeToFindOut(response: ServerResponse, write: () => boolean): void {
  const timers = probeDelaysMs.map((delayMs) =>
    setTimeout(() => {
      if (!response.destroyed && !write()) stop();
    }, delayMs),
  );
  const stop = (): void => {
    for (const timer of timers) clearTimeout(timer);
  };
  response.once('close', stop);
}

function writeInterim(response: ServerResponse): true {
  response.writeContinue();
  return true;
}

/** An order takes two connections, the caller's and the upstream's. Without a bound where the system tells none. */
function connectionsWithinFiles(): number {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === undefined ? Infinity : Math.max(16, Math.floor((Number(limit) - otherFiles) / 2));
  } catch {
    return Infinity;
  }
}
