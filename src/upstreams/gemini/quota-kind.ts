import type { GoogleError } from './google-error.ts';

/**
 * What a quota error lacks (docs/contracts/gemini.md#quota-errors).
 * - `credit`: what an operator alone can refill or raise: credits, spending caps, overages, a quota of nothing.
 * - `day`: the day's quota, which comes back at midnight.
 * - `rate`: what a pause brings back.
 */
export type QuotaKind = 'credit' | 'day' | 'rate';

const creditWords = [
  /\bcredits?\b|\bprepa(?:id|yment)\b|\boverages?\b/i,
  /\b(?:limit|quota_?(?:limit_?)?value)\W{1,6}0(?!\d|\.\d)/i,
  /\binsufficient[ _](?:\w{1,20}[ _])?(?:balance|funds|quota)\b/i,
  /\bbilling[ _]?(?:error|disabled|not[ _]active|hard[ _]limit)|\bbilling\b.{0,80}\bdepleted\b/i,
  /\bdepleted\b.{0,80}\bbilling\b|per[ _-]?month|\bmonthly\b/i,
];
/** A limit on spending over ten minutes passes. */
const spendingCap = /\b(?:spend(?:ing)?|billing|budget)[ _-]?(?:cap|limit)|\bbudget\b.{0,40}\bexceeded\b/i;
const shortPeriod = /\b(?:minutes?|seconds?)\b/i;
const dayWords = /per[ _-]?day|\bdaily\b|\bQUOTA_EXHAUSTED\b|\bfor today\b/i;

/** Tells by the words of an error and of its details, because no field tells. */
export function quotaKind(error: GoogleError): QuotaKind {
  const texts = [error.status, error.message, ...error.details.flatMap(textsOf)];
  if (texts.some((text) => creditWords.some((pattern) => pattern.test(text)))) return 'credit';
  if (texts.some((text) => spendingCap.test(text) && !shortPeriod.test(text))) return 'credit';
  return texts.some((text) => dayWords.test(text)) ? 'day' : 'rate';
}

const maxTexts = 100;
const maxTextCharacters = 1000;
const telling: ReadonlySet<string> = new Set([
  'reason',
  'quotaid',
  'quotametric',
  'quotavalue',
  'quotalimit',
  'quotalimitvalue',
  'description',
]);

/** The names, reasons and values in a detail, its violations and its metadata: `quotaId: GenerateRequestsPerDay…`. */
function textsOf(detail: Readonly<Record<string, unknown>>): string[] {
  const { violations, metadata } = detail;
  const parts = [
    detail,
    metadata,
    ...(Array.isArray(violations) ? (violations.slice(0, maxTexts) as unknown[]) : []),
  ];
  return parts.flatMap((part) =>
    typeof part !== 'object' || part === null
      ? []
      : Object.entries(part)
          .filter(([name]) => telling.has(name.replaceAll('_', '').toLowerCase()))
          .flatMap(([name, value]) =>
            typeof value === 'string' || typeof value === 'number'
              ? [`${name}: ${String(value).slice(0, maxTextCharacters)}`]
              : [],
          ),
  );
}

const dayMs = 24 * 3600 * 1000;

/** The next midnight on the Pacific coast, where daily quotas come back (docs/contracts/gemini.md#quota-errors). */
export function nextPacificMidnightMs(nowMs: number): number {
  const guess = nowMs + dayMs - timeOfDayMs(nowMs);
  // On the two days a year that are an hour longer or shorter the guess is an hour off.
  const offMs = timeOfDayMs(guess);
  return offMs > dayMs / 2 ? guess + dayMs - offMs : guess - offMs;
}

let pacificClock: Intl.DateTimeFormat | undefined;

function timeOfDayMs(atMs: number): number {
  pacificClock ??= new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/Los_Angeles',
    hourCycle: 'h23',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = new Map(pacificClock.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const seconds =
    (parts.get('hour') ?? 0) * 3600 + (parts.get('minute') ?? 0) * 60 + (parts.get('second') ?? 0);
  return seconds * 1000 + (((atMs % 1000) + 1000) % 1000);
}
