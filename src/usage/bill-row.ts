import { pacificDay } from '../kernel/pacific-day.ts';

/** A row of Google's bill, as far as it is compared. */
export interface BillRow {
  /** The project that is billed; null where the bill does not say. */
  readonly project: string | null;
  readonly sku: string;
  /** Day on the Pacific coast. */
  readonly day: string;
  /** Before credits, in millionths of a micro-USD: rows are of tiny amounts. */
  readonly costPicoUsd: bigint;
  /** Taxes, adjustments and rounding, which belong to no call. */
  readonly isRegular: boolean;
}

/** Fields by their names as `billField` spells them. */
export type BillRecord = ReadonlyMap<string, string>;

/** `SKU description`, `sku.description` and `sku_description` are one: exports differ in it. */
export function billField(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '.')
    .replaceAll(/^\.|\.$/g, '');
}

/** What a row cannot be read without, each by any of its names. */
const needed = [
  ['sku.description'],
  ['usage.start.time', 'usage.start.date'],
  ['cost'],
  ['currency'],
] as const;

/** The names that are missing in a bill whose rows have these fields. */
export function missingFields(names: ReadonlySet<string>): string[] {
  return needed.filter((any) => !any.some((name) => names.has(name))).map(([name]) => name);
}

/** Reads a row. Throws Error with what is wrong with it. */
export function readBillRow(record: BillRecord): BillRow {
  const text = (...names: string[]): string =>
    names.map((name) => record.get(name)?.trim() ?? '').find((value) => value !== '') ?? '';
  const currency = text('currency');
  const rate = currency === 'USD' ? 1 : Number(text('currency.conversion.rate') || Number.NaN);
  if (!(rate > 0))
    throw new Error(
      `its costs are in ${currency || 'no currency'}: export the column currency_conversion_rate as well`,
    );
  const cost = picoUsd(text('cost'));
  if (cost === undefined) throw new Error(`its cost "${text('cost').slice(0, 40)}" is no number`);
  const start = text('usage.start.time', 'usage.start.date');
  const day = dayOf(start);
  if (day === undefined) throw new Error(`its start "${start.slice(0, 40)}" is no time`);
  return {
    project: text('project.id') || null,
    sku: text('sku.description'),
    day,
    costPicoUsd: rate === 1 ? cost : BigInt(Math.round(Number(cost) / rate)),
    isRegular: ['', 'regular'].includes(text('cost.type').toLowerCase()),
  };
}

/** `0.0000391` or `3.91e-05`, as dollars. */
function picoUsd(text: string): bigint | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d{0,12})(?:\.(\d{0,40}))?(?:e([+-]?\d{1,2}))?$/i.exec(text.replaceAll(',', '')) ?? [];
  if (whole === '' && fraction === '') return undefined;
  // The decimal point, moved twelve places to the right and as the exponent says.
  const places = 12 + Number(exponent);
  const digits = `${whole}${fraction}`.padEnd(whole.length + Math.max(0, places), '0');
  const cut = whole.length + places;
  if (cut <= 0) return 0n;
  const amount = BigInt(digits.slice(0, cut) || '0') + (Number(digits[cut] ?? '0') >= 5 ? 1n : 0n);
  return sign === '' ? amount : -amount;
}

/** A day stands for itself; a time without a zone is UTC, as in exports of BigQuery. */
function dayOf(text: string): string | undefined {
  const [, date = '', time, zone = ''] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(UTC|Z|[+-]\d{2}(?::?\d{2})?)?)?$/.exec(
      text,
    ) ?? [];
  if (date === '') return undefined;
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.replace(':', '').slice(3) || '00'}` : 'Z';
  const ms = Date.parse(`${date}T${time ?? '00:00'}${time === undefined ? 'Z' : offset}`);
  if (Number.isNaN(ms)) return undefined;
  return time === undefined ? date : pacificDay(ms);
}
