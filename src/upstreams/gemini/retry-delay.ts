import type { GoogleError } from './error-body.ts';

/** No quota of Google's lasts longer; what says so is a mistake. */
const longestMs = 24 * 3600 * 1000;

/**
 * How long an upstream asks to be left alone: in a RetryInfo of any spelling, in the `retry-after` header, or in the
 * words of its message (docs/contracts/gemini.md#quota-errors). Undefined when it does not say.
 */
export function retryDelayMs(
  { details, message }: GoogleError,
  retryAfter: string | readonly string[] | undefined,
  nowMs: number,
): number | undefined {
  for (const detail of details) {
    const delayMs = durationMs(detail['retryDelay'] ?? detail['retry_delay']);
    if (delayMs !== undefined) return delayMs;
  }
  return headerMs([retryAfter].flat()[0], nowMs) ?? wordsMs(message);
}

function bounded(ms: number): number | undefined {
  return ms > 0 ? Math.min(ms, longestMs) : undefined;
}

/** A duration as JSON has it: `34.28s`, seconds as a number, or `{seconds, nanos}`. */
function durationMs(value: unknown): number | undefined {
  if (typeof value === 'number') return bounded(value * 1000);
  if (typeof value === 'string') return textMs(value.trim().slice(0, 100));
  if (typeof value !== 'object' || value === null) return undefined;
  const parts = new Map(Object.entries(value));
  return bounded(Number(parts.get('seconds') ?? 0) * 1000 + Number(parts.get('nanos') ?? 0) / 1e6);
}

/** `34s`, `34`, `500ms`, `48m44.2s`, `1h2m3s`. */
function textMs(text: string): number | undefined {
  const milliseconds = /^(\d+(?:\.\d+)?)ms$/.exec(text)?.[1];
  if (milliseconds !== undefined) return bounded(Number(milliseconds));
  const [, hours, minutes, seconds] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?$/.exec(text) ?? [];
  return bounded((Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1000);
}

/** Seconds, or a date. */
function headerMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim().slice(0, 100);
  return textMs(text) ?? bounded(Date.parse(text) - nowMs);
}

const unitMs: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** `Please retry in 34.28s.`, `retry after 5 minutes`. */
function wordsMs(message: string): number | undefined {
  const [, amount, unit] =
    /\bretry(?:ing)?\s{1,4}(?:in|after)\s{1,4}([\d.hms]{1,40})(?:\s{1,4}([smh])(?:ec|in|our))?/i.exec(
      message,
    ) ?? [];
  if (amount === undefined) return undefined;
  const text = amount.toLowerCase().replace(/\.$/, '');
  const each = unitMs.get(unit?.toLowerCase() ?? '');
  return each === undefined ? textMs(text) : bounded(Number(text) * each);
}
