import type { IncomingMessage } from 'node:http';

/** A client may still be sending this long after it was refused; then the connection is closed on it. */
const drainTimeoutMs = 30_000;

/**
 * Takes the rest of a refused body off the socket and throws it away: a client that is cut off while it sends
 * never gets to read why, and the connection could not be used again.
 */
export function drainRequest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.destroy(), drainTimeoutMs);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => clearTimeout(timer));
  request.resume();
}
