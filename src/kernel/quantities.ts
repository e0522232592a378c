export type DurationUnit = 'ms' | 'min' | 'h';

const prefixes = ['', 'k', 'm', 'g', 't'];
const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `"256MiB"`, `"1.5 GB"` or a number → whole bytes; undefined when it is neither. KB is 1000, KiB and K are 1024. */
export function parseBytes(raw: unknown): number | undefined {
  return parseQuantity(raw, 1, (unit) => {
    const [, prefix, rest] = /^([kmgt]?)(|b|ib)$/.exec(unit) ?? [];
    if (prefix === undefined || unit === 'ib') return undefined;
    return (rest === 'b' ? 1000 : 1024) ** prefixes.indexOf(prefix);
  });
}

/** `"10m"`, `"1.5h"` or a number in `unit` → a whole number of `unit`; undefined when it is neither. */
export function parseDuration(raw: unknown, unit: DurationUnit): number | undefined {
  return parseQuantity(raw, milliseconds[unit] ?? 1, (name) => milliseconds[name]);
}

/** `"90s"`, `"1.5h"`: a time with its unit → whole milliseconds; undefined when it is none, as a bare number. */
export function parseTimeSpan(text: string): number | undefined {
  return /[a-z]\s*$/i.test(text) ? parseDuration(text, 'ms') : undefined;
}

/** A bare number is already in the unit that the setting's name ends with. */
function parseQuantity(
  raw: unknown,
  target: number,
  factorOf: (unit: string) => number | undefined,
): number | undefined {
  if (typeof raw === 'number') return Number.isSafeInteger(raw) && raw >= 0 ? raw : undefined;
  const [, digits, unit = ''] =
    /^(\d{1,15}(?:\.\d{1,6})?)\s*([a-z]*)$/i.exec(typeof raw === 'string' ? raw.trim() : '') ?? [];
  const factor = unit === '' ? target : factorOf(unit.toLowerCase());
  if (digits === undefined || factor === undefined) return undefined;
  const amount = (Number(digits) * factor) / target;
  const whole = Math.round(amount);
  return Math.abs(amount - whole) < 1e-6 && Number.isSafeInteger(whole) ? whole : undefined;
}

/** `268435456` → `256MiB`; an amount that is no whole number of a unit stays in bytes. */
export function formatBytes(bytes: number): string {
  return formatQuantity(bytes, { TiB: 1024 ** 4, GiB: 1024 ** 3, MiB: 1024 ** 2, KiB: 1024 });
}

/** `25000` with `ms` → `25s`; `60` with `min` → `1h`. */
export function formatDuration(amount: number, unit: DurationUnit): string {
  return formatQuantity(amount * (milliseconds[unit] ?? 1), {
    d: 86_400_000,
    h: 3_600_000,
    m: 60_000,
    s: 1000,
    ms: 1,
  });
}

function formatQuantity(amount: number, units: Readonly<Record<string, number>>): string {
  const fitting = Object.entries(units).find(([, size]) => amount >= size && amount % size === 0);
  return fitting === undefined ? String(amount) : `${String(amount / fitting[1])}${fitting[0]}`;
}
