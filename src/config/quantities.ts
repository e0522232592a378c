/** Amounts people write with units: `256MiB`, `10m`. A bare number is already in the unit the setting's name ends with. */
const byteUnits: Readonly<Record<string, number>> = {
  b: 1,
  k: 1024,
  kb: 1000,
  kib: 1024,
  m: 1024 ** 2,
  mb: 1000 ** 2,
  mib: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1000 ** 3,
  gib: 1024 ** 3,
  t: 1024 ** 4,
  tb: 1000 ** 4,
  tib: 1024 ** 4,
};

const millisecondUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

export type DurationUnit = 'ms' | 'min' | 'h';

/** `"256MiB"`, `"1.5 GB"` or a number → whole bytes; undefined when it is neither. KB is 1000, KiB and K are 1024. */
export function parseBytes(raw: unknown): number | undefined {
  return parseQuantity(raw, byteUnits, 1);
}

/** `"10m"`, `"1.5h"` or a number in `unit` → a whole number of `unit`; undefined when it is neither. */
export function parseDuration(raw: unknown, unit: DurationUnit): number | undefined {
  return parseQuantity(raw, millisecondUnits, millisecondUnits[unit] ?? 1);
}

function parseQuantity(
  raw: unknown,
  units: Readonly<Record<string, number>>,
  target: number,
): number | undefined {
  const parts = /^(\d{1,15}(?:\.\d{1,6})?)\s*([a-z]*)$/i.exec(
    typeof raw === 'number' ? String(raw) : asText(raw),
  );
  if (parts === null) return undefined;
  const unit = parts[2] === '' || parts[2] === undefined ? target : units[parts[2].toLowerCase()];
  if (unit === undefined) return undefined;
  const amount = (Number(parts[1]) * unit) / target;
  const whole = Math.round(amount);
  return Math.abs(amount - whole) < 1e-6 && Number.isSafeInteger(whole) ? whole : undefined;
}

function asText(raw: unknown): string {
  return typeof raw === 'string' ? raw.trim() : '';
}

/** `268435456` → `256MiB`; an amount that is no whole number of a unit stays in bytes. */
export function formatBytes(bytes: number): string {
  return formatQuantity(bytes, [
    ['TiB', 1024 ** 4],
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ]);
}

/** `25000` with `ms` → `25s`; `60` with `min` → `1h`. */
export function formatDuration(amount: number, unit: DurationUnit): string {
  const milliseconds = amount * (millisecondUnits[unit] ?? 1);
  return milliseconds === 0
    ? '0'
    : formatQuantity(milliseconds, [
        ['d', 86_400_000],
        ['h', 3_600_000],
        ['m', 60_000],
        ['s', 1000],
        ['ms', 1],
      ]);
}

function formatQuantity(amount: number, units: readonly (readonly [string, number])[]): string {
  for (const [name, size] of units) {
    if (amount >= size && amount % size === 0) return `${String(amount / size)}${name}`;
  }
  return String(amount);
}
