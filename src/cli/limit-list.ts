import { InvalidArgumentError } from 'commander';
import { limitKeys, limitNames } from '../journey/limit-names.ts';
import type { Limits } from '../journey/limits.ts';
import { formatMicroUsd } from '../kernel/money.ts';
import { nearestName } from '../kernel/nearest-name.ts';

/** Limits of money may be given in dollars. */
const dollarNames: Readonly<Record<string, keyof Limits>> = {
  day_usd: 'dayMicroUsd',
  month_usd: 'monthMicroUsd',
  total_usd: 'totalMicroUsd',
};

/** The names that a list of limits may use, for help. */
export const limitWords = [
  ...limitKeys.map((key) => limitNames[key].name).filter((name) => !name.endsWith('_micro_usd')),
  ...Object.keys(dollarNames),
];

/** `month_usd=50,max_open=none` → the limits that are named; `none` takes one away. Throws for commander. */
export function parseLimits(list: string): Partial<Limits> {
  const limits: Partial<Record<keyof Limits, number | null>> = {};
  for (const part of list.split(',')) {
    const [name = '', value, ...rest] = part.trim().split('=');
    const key = dollarNames[name] ?? limitKeys.find((known) => limitNames[known].name === name);
    if (key === undefined) {
      const near = nearestName(name, limitWords);
      throw new InvalidArgumentError(
        `"${name}" is no limit. ${near === undefined ? `Limits are ${limitWords.join(', ')}.` : `Did you mean ${near}?`}`,
      );
    }
    if (key in limits) throw new InvalidArgumentError(`${name} is there twice.`);
    if (value === undefined || rest.length > 0)
      throw new InvalidArgumentError(`Write ${name}=number, or ${name}=none to take it away.`);
    limits[key] = value === 'none' ? null : amountOf(key, name, value);
  }
  return limits;
}

function amountOf(key: keyof Limits, name: string, text: string): number {
  const { least, most } = limitNames[key];
  const amount =
    name in dollarNames ? parseMicroUsd(text) : /^\d{1,16}$/.test(text) ? Number(text) : undefined;
  if (amount !== undefined && amount >= least && amount <= most) return amount;
  const range =
    name in dollarNames
      ? `an amount in dollars such as 50 or 0.25, at most ${String(Math.floor(most / 1_000_000))}`
      : `a whole number from ${least} to ${most}`;
  throw new InvalidArgumentError(`${name} must be ${range}.`);
}

/** `12.5` or `$12.50` → micro-USD; undefined when it is no amount, or has more than six decimals. */
export function parseMicroUsd(text: string): number | undefined {
  const [, whole, fraction = ''] = /^\$?(\d{1,10})(?:\.(\d{1,6}))?$/.exec(text) ?? [];
  return whole === undefined ? undefined : Number(whole) * 1_000_000 + Number(fraction.padEnd(6, '0'));
}

/** The limits that there are, as they are written; money in dollars. */
export function formatLimits(limits: Limits): string {
  const shown = limitKeys.flatMap((key) => {
    const limit = limits[key];
    if (limit === null) return [];
    const { name } = limitNames[key];
    return name.endsWith('_micro_usd')
      ? [`${name.replace('_micro_usd', '_usd')}=${formatMicroUsd(limit).slice(1)}`]
      : [`${name}=${limit}`];
  });
  return shown.join(',');
}
