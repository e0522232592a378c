import type { AttemptEntry } from '../../support/http.ts';

/**
 * The shares of calls that an upstream got: before it went away, while it was away, and in the last quarter of the time
 * after it had come back.
 */
export function sharesAround(
  attempts: readonly AttemptEntry[],
  name: string,
  awayAtMs: number,
  backAtMs: number,
): readonly [before: number, away: number, atTheEnd: number] {
  const endMs = Math.max(...attempts.map(({ started_at_ms: at }) => at));
  const share = (fromMs: number, toMs: number): number => {
    const made = attempts.filter(({ started_at_ms: at }) => at >= fromMs && at <= toMs);
    return made.filter(({ upstream }) => upstream === name).length / Math.max(1, made.length);
  };
  return [share(0, awayAtMs), share(awayAtMs, backAtMs), share(endMs - (endMs - backAtMs) / 4, endMs)];
}
