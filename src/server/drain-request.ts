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

/** A client that sends nothing for this long has heard that its body is not wanted. */
const silenceMs = 500;

/**
 * The same for a body that nobody asked for: most clients hold it back, but some wait for a moment only, or not at
 * all (docs/contracts/clients.md#bodies). Resolves when it is out, or when nothing more of it comes.
 */
export function drainUninvited(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    if (request.complete || request.destroyed) return resolve();
    const timer = setTimeout(resolve, silenceMs);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request
      .on('data', () => timer.refresh())
      .once('end', stop)
      .once('close', stop);
    request.socket.once('end', stop);
    drainRequest(request);
  });
}
