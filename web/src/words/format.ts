const locale = navigator.language;

/** Made at the first use and kept: to make one takes a browser longer than to format a table with it. */
function once<Formatter>(make: () => Formatter): () => Formatter {
  let made: Formatter | undefined;
  return () => (made ??= make());
}

const dates = (options: Intl.DateTimeFormatOptions): (() => Intl.DateTimeFormat) =>
  once(() => new Intl.DateTimeFormat(locale, options));
const numbers = (options: Intl.NumberFormatOptions = {}): (() => Intl.NumberFormat) =>
  once(() => new Intl.NumberFormat(locale, options));
const dollars = (options: Intl.NumberFormatOptions): (() => Intl.NumberFormat) =>
  numbers({ style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol', ...options });

const dateTime = dates({ dateStyle: 'medium', timeStyle: 'medium' });
const shortTime = dates({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
const shortDate = dates({ day: 'numeric', month: 'short' });
const dateOnly = dates({ dateStyle: 'medium', timeZone: 'UTC' });
const number = numbers();
const money = dollars({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
const smallMoney = dollars({ minimumSignificantDigits: 2, maximumSignificantDigits: 3 });
const exactMoney = dollars({ minimumFractionDigits: 2, maximumFractionDigits: 6 });
const share = numbers({ style: 'percent', maximumFractionDigits: 0 });
const bytesBy = (['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const).map((unit) =>
  numbers({ style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }),
);

export const formatNumber = (value: number): string => number().format(value);

/** A line is not broken between a time and its half of the day. */
const keptWhole = (moment: string): string => moment.replace(/ (?=[AP]M$)/, '\u00A0');

/** A moment in full, in the browser's own time zone. */
export const formatMoment = (iso: string): string => keptWhole(dateTime().format(new Date(iso)));

/** A moment for a table: the time, with the day where that is not today. */
export function formatWhen(iso: string, now = new Date()): string {
  const at = new Date(iso);
  const time = keptWhole(shortTime().format(at));
  return at.toDateString() === now.toDateString() ? time : `${shortDate().format(at)}, ${time}`;
}

/** A calendar day such as a model's last. */
export const formatDay = (iso: string): string => dateOnly().format(new Date(iso));

/** `840 ms`, `8.4 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${number().format(Math.round(ms))} ms`;
  if (ms < 60_000) return `${number().format(Math.round(ms / 100) / 10)} s`;
  const seconds = Math.round(ms / 1000);
  return `${number().format(Math.floor(seconds / 60))} min ${seconds % 60} s`;
}

const microPerDollar = 1_000_000;
/** In three digits it is a dollar. */
const roundsToOne = 0.9995;

/** Dollars with the two to four significant decimals that matter: `$0.039`, `$12.40`; never `2e-7`. */
export function formatMoney(microUsd: number): string {
  const amount = microUsd / microPerDollar;
  const isSmall = Math.abs(amount) > 0 && Math.abs(amount) < roundsToOne;
  return (isSmall ? smallMoney() : money()).format(amount);
}

/** To the last millionth, for whoever checks a sum. */
export const formatExactMoney = (microUsd: number): string => exactMoney().format(microUsd / microPerDollar);

/** The amounts of a column of a table, rounded to decimals of one number, that the smallest needs; exact when pointed at. */
export function moneyColumn(amounts: readonly number[]): (microUsd: number) => string {
  const least = Math.min(...amounts.filter((amount) => amount !== 0).map(Math.abs));
  return formatWith(least >= microPerDollar ? 2 : least >= microPerDollar / 1000 ? 4 : 6);
}

/** The same for whoever checks a sum: as many decimals as the most exact amount has. */
export function exactMoneyColumn(amounts: readonly number[]): (microUsd: number) => string {
  const isExact = (decimals: number): boolean =>
    amounts.every((amount) => Math.round(amount) % 10 ** (6 - decimals) === 0);
  return formatWith([2, 3, 4, 5].find(isExact) ?? 6);
}

function formatWith(decimals: number): (microUsd: number) => string {
  const format = dollars({ minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return (microUsd) => format().format(microUsd / microPerDollar);
}

export function formatBytes(bytes: number): string {
  const step = Math.min(bytesBy.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return (bytesBy[step] ?? number)().format(bytes / 1000 ** step);
}

export const formatShare = (of: number): string => share().format(of);
