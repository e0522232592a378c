import type { GoogleError } from './google-error.ts';

/**
 * What a quota error lacks (docs/contracts/gemini.md#quota-errors).
 * - `credit`: what an operator alone can refill or raise: credits, spending caps, overages, a quota of nothing.
 * - `day`: the day's quota, which comes back at midnight.
 * - `spending`: a limit on what is spent within minutes, which passes.
 * - `rate`: what a pause brings back.
 */
export type QuotaKind = 'credit' | 'day' | 'spending' | 'rate';

const nothing = /\b(?:limit|quota_?(?:limit_?)?value)\W{1,6}0(?!\d|\.\d)/i;
const creditWords = [
  /\bcredits?\b|\bprepa(?:id|yment)\b|\boverages?\b/i,
  nothing,
  /\binsufficient[ _](?:\w{1,20}[ _])?(?:balance|funds|quota)\b/i,
  /\bbilling[ _]?(?:error|disabled|not[ _]active|hard[ _]limit)|\bbilling\b.{0,80}\bdepleted\b/i,
  /\bdepleted\b.{0,80}\bbilling\b|per[ _-]?month|\bmonthly\b/i,
];
const spendingCap = /\b(?:spend(?:ing)?|billing|budget)[ _-]?(?:cap|limit)|\bbudget\b.{0,40}\bexceeded\b/i;
/** Google's words for the limit over ten minutes are not known: whatever speaks of spending and of no longer time. */
const spending = /\bspend(?:ing)?\b|\bspend[ _-]?based\b/i;
const shortPeriod = /\b(?:minutes?|seconds?)\b|\brate limit|\bspend[ _-]?based\b/i;
const dayWords = /per[ _-]?day|\bdaily\b|\bQUOTA_EXHAUSTED\b|\bfor today\b/i;

/** Tells by the words of an error and of its details, because no field tells. */
export function quotaKind(error: GoogleError): QuotaKind {
  const texts = wordsOf(error);
  const says = (pattern: RegExp): boolean => texts.some((text) => pattern.test(text));
  if (creditWords.some(says)) return 'credit';
  if (texts.some((text) => spending.test(text) && shortPeriod.test(text))) return 'spending';
  if (says(spendingCap)) return 'credit';
  return says(dayWords) ? 'day' : 'rate';
}

/** Whether the quota that is used up was none from the beginning, as of a model that a plan does not have. */
export function hasNoQuota(error: GoogleError): boolean {
  return wordsOf(error).some((text) => nothing.test(text));
}

const wordsOf = (error: GoogleError): string[] => [
  error.status,
  error.message,
  ...error.details.flatMap(textsOf),
];

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
