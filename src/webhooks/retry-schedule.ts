const shortestMs = 5000;
const longestMs = 4 * 3_600_000;
/** An event that nobody took for so long is news no more, and a receiver that fails for so long is disabled. */
export const giveUpAfterMs = 24 * 3_600_000;

/**
 * When an event that was not taken is sent again; null: never. The wait is as long as it, or its receiver, has failed
 * already, so that it doubles. `jitter` is a random number below 1: those that failed together do not come back together.
 */
export function nextTryMs(
  failingSinceMs: number,
  createdAtMs: number,
  nowMs: number,
  jitter: number,
): number | null {
  const failedMs = nowMs - Math.min(failingSinceMs, createdAtMs);
  const waitMs = Math.min(longestMs, Math.max(shortestMs, failedMs));
  const nextMs = nowMs + waitMs + Math.floor((waitMs * jitter) / 5);
  return nextMs - createdAtMs > giveUpAfterMs ? null : nextMs;
}
