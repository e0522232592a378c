import type { IncomingHttpHeaders } from 'node:http';
import type { Quota } from '../../journey/call.ts';
import { leadingDuration } from '../gemini/duration-text.ts';
import { retryDelayMs } from '../gemini/retry-delay.ts';

/** What is limited, by the names of the headers: pictures first, since that is the limit of their models. */
const dimensions = ['images', 'input-images', 'requests', 'tokens'];
const longestMs = 24 * 3600 * 1000;

/** A limit as a message tells it: `Limit 5, Used 5, Requested 1`. */
interface ToldLimit {
  readonly limit: number;
  readonly requested: number;
}

/** How long a 429 asks to be left alone; undefined when it does not say (docs/contracts/openai-upstreams.md#limits). */
export function pauseMs(message: string, headers: IncomingHttpHeaders, nowMs: number): number | undefined {
  return (
    retryDelayMs({ code: undefined, status: '', message, details: [] }, headers, nowMs) ?? resetMs(headers)
  );
}

/** The reset of the limit that is used up. Written as a duration, `6m0s`, or as seconds, and both are read. */
function resetMs(headers: IncomingHttpHeaders): number | undefined {
  const used = dimensions.find((name) => Number(text(headers, `remaining-${name}`) || Number.NaN) <= 0);
  if (used === undefined) return undefined;
  const told = text(headers, `reset-${used}`).trim().slice(0, 100);
  const duration = leadingDuration(told);
  return duration?.length === told.length && duration.ms > 0 ? Math.min(duration.ms, longestMs) : undefined;
}

/** The quota that a 429 is about. */
export function quotaOf(message: string, headers: IncomingHttpHeaders, isDelayTold: boolean): Quota {
  const limit = toldLimit(message)?.limit ?? headerLimit(headers);
  const isOfDay = /\bper day\b|\((?:RPD|TPD|IPD)\)/i.test(message);
  if (isOfDay) return { kind: 'day', ...(limit !== undefined && { perDay: limit }) };
  const isOfMinute = /\bper min(?:ute)?\b|\((?:RPM|IPM)\)/i.test(message) && !/tokens per min/i.test(message);
  return {
    kind: isDelayTold ? 'stated' : 'unstated',
    ...(isOfMinute && limit !== undefined && { perMinute: limit }),
  };
}

/** Whether more was asked for at once than the limit ever allows: no pause cures that. */
export function isBeyondLimit(message: string): boolean {
  const told = toldLimit(message);
  return told !== undefined && told.requested > told.limit;
}

function toldLimit(message: string): ToldLimit | undefined {
  const [, limit, requested] =
    /\bLimit:? (\d{1,12}),(?: Used:? \d{1,12},)? Requested:? (\d{1,12})\b/i.exec(message) ?? [];
  return limit === undefined ? undefined : { limit: Number(limit), requested: Number(requested) };
}

function headerLimit(headers: IncomingHttpHeaders): number | undefined {
  const limit = Number(text(headers, 'limit-images') || text(headers, 'limit-requests') || Number.NaN);
  return Number.isInteger(limit) && limit > 0 ? limit : undefined;
}

function text(headers: IncomingHttpHeaders, name: string): string {
  return [headers[`x-ratelimit-${name}`]].flat()[0] ?? '';
}
