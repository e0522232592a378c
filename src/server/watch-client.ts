import type { ServerResponse } from 'node:http';

export interface ClientPatience {
  /** How long a client may take nothing while others wait for the memory its answer holds. */
  readonly stalledMs: number;
  readonly isWanted: () => boolean;
}

/** A client that takes nothing for this long is given up, whether or not others wait. */
const silentLimitMs = 120_000;
/** On the whole an answer has to go out at this rate, in bytes a second; the first minute is everybody's. */
const leastRate = 64 * 1024;
const graceMs = 60_000;
const looksPerLimit = 4;

/**
 * Breaks the connection off when a client does not take its answer: a picture on its way holds memory. Node's socket
 * time-out passes only when not a byte went out in its time, so several in a row are a silence of known length.
 *
 * `byteLength`: the whole answer, where it is known. Then its rate counts too.
 */
export function watchClient(
  response: ServerResponse,
  { stalledMs, isWanted }: ClientPatience,
  byteLength?: number,
): void {
  const lookMs = Math.min(stalledMs, silentLimitMs) / looksPerLimit;
  let silentLooks = 0;
  let lastLookAtMs = 0;
  response.setTimeout(lookMs, () => {
    const nowMs = performance.now();
    // A look that did not follow the last one at once means that something went out between them.
    silentLooks = nowMs - lastLookAtMs < lookMs * 1.5 ? silentLooks + 1 : 1;
    lastLookAtMs = nowMs;
    const limitMs = isWanted() ? stalledMs : silentLimitMs;
    const isWaitingForClient = (response.socket?.writableLength ?? 0) > 0;
    if (isWaitingForClient && silentLooks * lookMs >= limitMs) response.destroy();
    else response.setTimeout(lookMs);
  });
  if (byteLength === undefined) return;
  const tooSlow = setTimeout(() => response.destroy(), graceMs + (byteLength / leastRate) * 1000).unref();
  response.once('close', () => clearTimeout(tooSlow));
}
