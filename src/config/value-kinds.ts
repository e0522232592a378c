import { isIP } from 'node:net';
import { z } from 'zod';
import { type DurationUnit, formatBytes, formatDuration, parseBytes, parseDuration } from './quantities.ts';

/**
 * A kind of setting: reads what a file (typed), the environment or a flag (text) holds. The message finishes
 * the sentence "PLANTAIN_PORT …", so a wrong value is told in plain words whatever its source.
 */
export interface ValueKind<T> {
  readonly schema: z.ZodType<T>;
  /** Reads "must be …". */
  readonly expected: string;
  /** How a value is shown to people. */
  readonly format: (value: T) => string;
}

function kind<T>(
  expected: string,
  read: (raw: unknown) => T | undefined,
  format: (value: T) => string = String,
): ValueKind<T> {
  const schema = z.unknown().transform((raw, context): T => {
    const value = read(raw);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `must be ${expected}` });
    return z.NEVER;
  });
  return { schema, expected, format };
}

const text = (raw: unknown): string | undefined =>
  typeof raw === 'string' && raw.trim() !== '' ? raw.trim() : undefined;

const within = (value: number | undefined, min: number, max: number): number | undefined =>
  value !== undefined && value >= min && value <= max ? value : undefined;

export function wholeNumber(min: number, max: number): ValueKind<number> {
  return kind(`a whole number from ${String(min)} to ${String(max)}`, (raw) => {
    const value = typeof raw === 'string' && /^\s*\d{1,15}\s*$/.test(raw) ? Number(raw) : raw;
    return typeof value === 'number' && Number.isInteger(value) ? within(value, min, max) : undefined;
  });
}

export function bytes(min: number, max: number): ValueKind<number> {
  return kind(
    `a number of bytes such as 1048576 or "1MiB", from ${formatBytes(min)} to ${formatBytes(max)}`,
    (raw) => within(parseBytes(raw), min, max),
    formatBytes,
  );
}

const unitWords: Readonly<Record<DurationUnit, string>> = { ms: 'milliseconds', min: 'minutes', h: 'hours' };

export function duration(unit: DurationUnit, min: number, max: number): ValueKind<number> {
  const show = (value: number): string => formatDuration(value, unit);
  return kind(
    `a number of ${unitWords[unit]} or a time such as "${unit === 'ms' ? '10s' : '2h'}", from ${show(min)} to ${show(max)}`,
    (raw) => within(parseDuration(raw, unit), min, max),
    show,
  );
}

const truths = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  ...['true', 'yes', 'on', '1'].map((word): [string, boolean] => [word, true]),
  ...['false', 'no', 'off', '0'].map((word): [string, boolean] => [word, false]),
]);

const truth = (raw: unknown): boolean | undefined =>
  truths.get(typeof raw === 'string' ? raw.trim().toLowerCase() : raw);

export const yesOrNo: ValueKind<boolean> = kind('true or false', truth);

export function oneOf<const T extends string>(choices: readonly T[]): ValueKind<T> {
  return kind(`one of ${choices.join(', ')}`, (raw) => choices.find((choice) => choice === text(raw)));
}

export function matching(pattern: RegExp, expected: string): ValueKind<string> {
  return kind(expected, (raw) => {
    const value = text(raw);
    return value !== undefined && pattern.test(value) ? value : undefined;
  });
}

/** The kind, for a setting that may be absent. */
export function optional<T>(inner: ValueKind<T>): ValueKind<T | undefined> {
  return {
    schema: inner.schema,
    expected: inner.expected,
    format: (value) => (value === undefined ? '' : inner.format(value)),
  };
}

/** An address to call or show: no credentials, query or fragment, since those would leak into logs and links. */
export const httpUrl: ValueKind<string> = kind(
  'an http:// or https:// address without user name, query or fragment',
  (raw) => {
    const value = text(raw);
    if (value === undefined || !/^https?:\/\//i.test(value) || !URL.canParse(value)) return undefined;
    const url = new URL(value);
    const plain = url.username === '' && url.password === '' && !/[?#]/.test(value);
    return plain ? `${url.origin}${url.pathname}`.replace(/(?<!\/)\/+$/, '') : undefined;
  },
);

/** A list in the file; comma-separated text elsewhere. */
function list(raw: unknown): readonly string[] | undefined {
  if (typeof raw === 'string') {
    return raw
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }
  if (!Array.isArray(raw)) return undefined;
  const items = raw.map(text);
  return items.every((item) => item !== undefined) ? items : undefined;
}

const isOrigin = (item: string): boolean =>
  item === '*' ||
  (/^[a-z][a-z0-9+.-]*:\/\//i.test(item) && !/[?#@]|[^/:]\/./.test(item) && URL.canParse(item));

export const origins: ValueKind<readonly string[]> = kind<readonly string[]>(
  'a list of origins such as https://app.example.com, or *',
  (raw) => {
    const items = list(raw);
    return items?.every(isOrigin) === true ? items.map((item) => item.replace(/\/$/, '')) : undefined;
  },
  (value) => value.join(', '),
);

const addressWords = ['loopback', 'linklocal', 'uniquelocal'];

function isAddressRange(item: string): boolean {
  if (addressWords.includes(item)) return true;
  const [address = '', prefix, ...rest] = item.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

export const proxies: ValueKind<boolean | readonly string[]> = kind(
  `true, false, or a list of addresses and ranges such as 10.0.0.0/8 or ${addressWords.join(', ')}`,
  (raw) => {
    // Elsewhere `1` counts proxies; taking it for "trust everybody" would be a trap.
    const flag = raw === '1' || raw === '0' ? undefined : truth(raw);
    if (flag !== undefined) return flag;
    const items = list(raw);
    return items !== undefined && items.length > 0 && items.every(isAddressRange) ? items : undefined;
  },
  (value) => (typeof value === 'boolean' ? String(value) : value.join(', ')),
);
