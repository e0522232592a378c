import { leadingDuration } from './duration-text.ts';
import type { GoogleError, PauseHeaders } from './google-error.ts';

/** No quota of Google's lasts longer; what says so is a mistake. */
const longestMs = 24 * 3600 * 1000;

/**
 * How long an upstream asks to be left alone: in the details of its error in any spelling, in its headers, or in the
 * words of its message (docs/contracts/gemini.md#quota-errors). Undefined when it does not say.
 */
export function retryDelayMs(
  { details, message }: GoogleError,
  headers: PauseHeaders,
  nowMs: number,
): number | undefined {
  return detailsMs(details, nowMs) ?? headerMs(headers, nowMs) ?? wordsMs(message);
}

function bounded(ms: number): number | undefined {
  return ms > 0 ? Math.min(ms, longestMs) : undefined;
}

/** RetryInfo has `retryDelay`; ErrorInfo says it in its metadata; relays in the error itself. */
const delayNames: ReadonlySet<string> = new Set(['retrydelay', 'retryafter', 'quotaresetdelay']);
const momentNames: ReadonlySet<string> = new Set(['quotaresettimestamp', 'quotaresettime', 'resettime']);

function detailsMs(details: GoogleError['details'], nowMs: number): number | undefined {
  for (const detail of details) {
    const { metadata } = detail;
    const members = Object.entries({ ...detail, ...(typeof metadata === 'object' && metadata) });
    for (const [name, value] of members) {
      const plainName = name.replaceAll('_', '').toLowerCase();
      const delayMs = delayNames.has(plainName)
        ? durationMs(value)
        : momentNames.has(plainName)
          ? untilMs(value, nowMs)
          : undefined;
      if (delayMs !== undefined) return delayMs;
    }
  }
  return undefined;
}

/** A duration as JSON has it: a text, seconds as a number, or `{seconds, nanos}`. */
function durationMs(value: unknown): number | undefined {
  if (typeof value === 'number') return bounded(value * 1000);
  if (typeof value === 'string') return textMs(value);
  if (typeof value !== 'object' || value === null) return undefined;
  const parts = new Map(Object.entries(value));
  return bounded(Number(parts.get('seconds') ?? 0) * 1000 + Number(parts.get('nanos') ?? 0) / 1e6);
}

function untilMs(value: unknown, nowMs: number): number | undefined {
  return typeof value === 'string' ? bounded(Date.parse(value.slice(0, 100)) - nowMs) : undefined;
}

/** A text that is a duration and nothing else. */
function textMs(text: string): number | undefined {
  const trimmed = text.trim().slice(0, 100);
  const duration = leadingDuration(trimmed);
  // A number of a hundred digits is cut, and is too long in any case.
  const isAll = duration?.length === trimmed.length || /^\d{30,}s?$/.test(trimmed);
  return isAll ? bounded(duration?.ms ?? 0) : undefined;
}

/** Milliseconds in the one, seconds or a date in the other. */
function headerMs(headers: PauseHeaders, nowMs: number): number | undefined {
  const [inMs] = [headers['retry-after-ms']].flat();
  const [after] = [headers['retry-after']].flat();
  const milliseconds = bounded(Number(inMs?.trim() || Number.NaN));
  if (milliseconds !== undefined || after === undefined) return milliseconds;
  return textMs(after) ?? untilMs(after, nowMs);
}

/** `Please retry in 34.28s.`, `try again after 5 minutes`, `Your quota will reset after 2h36m24s.` */
function wordsMs(message: string): number | undefined {
  const lead = /\b(?:retry(?:ing)?|again|resets?|wait|available)\s{1,4}(?:(?:in|after|for)\s{1,4})?(?=\d)/gi;
  for (const { index, 0: words } of message.matchAll(lead)) {
    const duration = leadingDuration(message.slice(index + words.length, index + words.length + 100));
    const ms = duration && bounded(duration.ms);
    if (ms !== undefined) return ms;
  }
  return undefined;
}
