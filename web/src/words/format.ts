const locale = navigator.language;

const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
const shortTime = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const shortDate = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const dateOnly = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
const number = new Intl.NumberFormat(locale);

export const formatNumber = (value: number): string => number.format(value);

/** A moment in full, in the browser's own time zone. */
export const formatMoment = (iso: string): string => dateTime.format(new Date(iso));

/** A moment for a table: the time, with the day where that is not today. */
export function formatWhen(iso: string, now = new Date()): string {
  const at = new Date(iso);
  const time = shortTime.format(at);
  return at.toDateString() === now.toDateString() ? time : `${shortDate.format(at)}, ${time}`;
}

/** A calendar day such as a model's last. */
export const formatDay = (iso: string): string => dateOnly.format(new Date(iso));

/** `840 ms`, `8.4 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${number.format(Math.round(ms))} ms`;
  if (ms < 60_000) return `${number.format(Math.round(ms / 100) / 10)} s`;
  const seconds = Math.round(ms / 1000);
  return `${number.format(Math.floor(seconds / 60))} min ${seconds % 60} s`;
}

/** In three digits it is a dollar. */
const roundsToOne = 0.9995;

/** Dollars with the two to four significant decimals that matter: `$0.039`, `$12.40`; never `2e-7`. */
export function formatMoney(microUsd: number): string {
  const dollars = microUsd / 1_000_000;
  const small = Math.abs(dollars) > 0 && Math.abs(dollars) < roundsToOne;
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    ...(small
      ? { minimumSignificantDigits: 2, maximumSignificantDigits: 3 }
      : { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
  }).format(dollars);
}

/** To the last millionth, for whoever checks a sum. */
export function formatExactMoney(microUsd: number): string {
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
  }).format(microUsd / 1_000_000);
}

export function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** step);
}

export const formatShare = (share: number): string =>
  new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share);
