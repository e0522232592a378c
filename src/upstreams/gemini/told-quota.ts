import type { Quota } from '../../journey/call.ts';
import { camelCase } from '../../kernel/snake-case.ts';
import type { GoogleError } from './google-error.ts';

const maxViolations = 100;
/** One call is one request and one picture; quotas of tokens say nothing about how many. */
const countsCalls = /request|image/i;
const countsTokens = /token/i;
const periods = [
  ['perMinute', /per[ _-]?minute/i],
  ['perDay', /per[ _-]?day|daily/i],
] as const;
/** `* Quota exceeded for metric: …/generate_requests_per_model, limit: 500, model: …`: without a period it is a minute. */
const quotaLine = /\bmetric: ([\w./-]{1,200}), limit: (\d{1,9})(?!\d)/g;

/** The calls that a quota allows, where an error tells: the least of what it tells for each period. */
export function toldQuota({ message, details }: GoogleError): Pick<Quota, 'perMinute' | 'perDay'> {
  const told: { perMinute?: number; perDay?: number } = {};
  const learn = (name: string, calls: number, fallback?: 'perMinute'): void => {
    if (!countsCalls.test(name) || countsTokens.test(name) || !Number.isSafeInteger(calls) || calls < 1)
      return;
    const period = periods.find(([, pattern]) => pattern.test(name))?.[0] ?? fallback;
    if (period !== undefined) told[period] = Math.min(calls, told[period] ?? calls);
  };
  for (const { violations } of details)
    for (const violation of Array.isArray(violations) ? violations.slice(0, maxViolations) : []) {
      const { quotaId, quotaMetric, quotaValue } = membersOf(violation);
      learn(`${textOf(quotaId)} ${textOf(quotaMetric)}`, numberOf(quotaValue));
    }
  if (told.perMinute === undefined && told.perDay === undefined)
    for (const [, metric = '', limit] of message.matchAll(quotaLine))
      learn(metric, Number(limit), 'perMinute');
  return told;
}

/** In the camelCase of JSON, whichever spelling came. */
function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [camelCase(name), member]));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 200) : '');
const numberOf = (value: unknown): number =>
  typeof value === 'number' || (typeof value === 'string' && /^\d{1,15}$/.test(value))
    ? Number(value)
    : Number.NaN;
