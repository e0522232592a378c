import { ApiError } from './call.ts';

const shortestMs = 2000;
const longestMs = 30_000;

/** Whether the server said no: it would again. Anything else did not reach it, or not a server that works. */
export const isRefusal = (error: unknown): boolean => error instanceof ApiError && error.status < 500;

/** Asks until that reaches the server, which `ask` tells, or nobody wants to know any more. */
export async function untilReached(ask: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  for (let waitMs = shortestMs; !(await ask()) && !signal.aborted; waitMs = Math.min(2 * waitMs, longestMs))
    await worthAsking(waitMs, signal);
}

/** Ends after a rest, once somebody looks; at once where the browser says that it is online. */
function worthAsking(waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    let isRested = false;
    const end = (): void => {
      clearTimeout(timer);
      over.abort();
      resolve();
    };
    const look = (): void => {
      if (isRested && !document.hidden) end();
    };
    const timer = setTimeout(() => {
      isRested = true;
      look();
    }, waitMs);
    addEventListener('online', end, { signal: over.signal });
    document.addEventListener('visibilitychange', look, { signal: over.signal });
    signal.addEventListener('abort', end, { signal: over.signal });
  });
}
