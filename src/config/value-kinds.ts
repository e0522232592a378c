import { isIP } from 'node:net';
import { z } from 'zod';
import { alertPercents } from '../journey/budget-alert.ts';
import {
  type DurationUnit,
  formatBytes,
  formatDuration,
  parseBytes,
  parseDuration,
} from '../kernel/quantities.ts';
import { integer, matchingText, ranged, text, type ValueReader, wholeNumberFrom } from './value-reader.ts';

/** A schema for one value. */
export function kind<T>(
  expected: string,
  read: (raw: unknown) => T | undefined,
  { format = String, placeholder = '<value>' }: { format?: (value: T) => string; placeholder?: string } = {},
) {
  const schema = z.transform((raw: unknown, context): T => {
    const value = read(raw);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `must be ${expected}`, input: raw });
    return z.NEVER;
  });
  const shown = (raw: unknown): string => {
    if (typeof raw === 'string') return raw;
    const value = read(raw);
    return value === undefined ? '' : format(value);
  };
  return schema.meta({ expected, placeholder, format: shown });
}

/** A schema for what a reader reads. */
export const kindOf = <T>({ expected, read }: ValueReader<T>, format: (value: T) => string = String) =>
  kind(expected, read, { format });

type Read<T> = (raw: unknown) => T | undefined;

export const wholeNumber = (min: number, max: number) => kindOf(wholeNumberFrom(min, max));

export const bytes = (min: number, max: number) =>
  kindOf(
    ranged('a number of bytes such as 1048576 or "1MiB",', parseBytes, min, max, formatBytes),
    formatBytes,
  );

const unitWords: Readonly<Record<DurationUnit, string>> = {
  ms: 'milliseconds or a time such as "10s"',
  min: 'minutes or a time such as "2h"',
  h: 'hours or a time such as "2h"',
};

export function duration(unit: DurationUnit, min: number, max: number) {
  const format = (value: number): string => formatDuration(value, unit);
  const read = (raw: unknown): number | undefined => parseDuration(raw, unit);
  return kindOf(ranged(`a number of ${unitWords[unit]},`, read, min, max, format), format);
}

function truth(raw: unknown): boolean | undefined {
  const word = typeof raw === 'string' ? raw.trim().toLowerCase() : raw;
  if (word === true || word === 'true' || word === 'yes' || word === 'on' || word === '1') return true;
  if (word === false || word === 'false' || word === 'no' || word === 'off' || word === '0') return false;
  return undefined;
}

export const yesOrNo = () => kind('true or false', truth, { placeholder: '[true|false]' });

export const oneOf = <const T extends string>(choices: readonly T[]) =>
  kind(`one of ${choices.join(', ')}`, (raw) => choices.find((choice) => choice === text(raw)));

/** An IANA name, in the spelling of the list. */
const zone: Read<string> = (raw) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text(raw) ?? '?' }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
};

export const timeZone = () =>
  kind('a time zone such as UTC or Europe/Berlin', zone, { placeholder: '<zone>' });

export function matching(pattern: RegExp, expected: string, placeholder = '<value>') {
  return kind(expected, matchingText(pattern, expected).read, { placeholder });
}

/** Google and its look-alikes take any token; spaces or line breaks would break the header it travels in. */
export const token = () =>
  matching(/^[\x21-\x7e]{1,512}$/, 'a key of printable characters without spaces', '<key>');

/** Long enough that nobody guesses it; an API key is no admin secret, so that neither opens what the other does. */
export const adminSecret = () =>
  matching(
    /^(?!sk-[0-9A-Za-z]{48}$)[\x21-\x7e]{24,512}$/,
    'at least 24 printable characters without spaces, and no API key',
    '<secret>',
  );

/** As many characters as the hash behind a signature has bytes. */
export const linkSecret = () =>
  matching(/^[\x21-\x7e]{32,512}$/, 'at least 32 printable characters without spaces', '<secret>');

/** An address to call or show: no credentials, query or fragment, since those would leak into logs and links. */
export function httpUrl() {
  const read = (raw: unknown): string | undefined => {
    const value = text(raw) ?? '';
    const url = /^https?:\/\/[^?#]+$/i.test(value) ? URL.parse(value) : null;
    if (url === null || url.username !== '' || url.password !== '') return undefined;
    return `${url.origin}${url.pathname}`.replace(/(?<!\/)\/+$/, '');
  };
  const expected = 'an http:// or https:// address without user name, query or fragment';
  return kind(expected, read, { placeholder: '<url>' });
}

/** An address that is told of something; what it carries in its path or query may be its password. */
export function webhookUrl() {
  const read = (raw: unknown): string | undefined => {
    const value = text(raw) ?? '';
    const url = /^https?:\/\/[^#\s]{1,2000}$/i.test(value) ? URL.parse(value) : null;
    return url === null || url.username !== '' || url.password !== '' ? undefined : url.href;
  };
  return kind('an http:// or https:// address without user name or fragment', read, { placeholder: '<url>' });
}

/** Percents, the lowest first; `none` or an empty list for none. */
export const percents = () =>
  kind<readonly number[]>(
    'a list of whole percents from 1 to 100, or none',
    (raw) => {
      if (text(raw) === 'none') return [];
      const items = (Array.isArray(raw) ? raw : text(raw)?.split(','))?.map(integer);
      return items && alertPercents(items);
    },
    { format: (value) => value.join(', ') || 'none' },
  );

/** Where a proxy is; without a scheme it is http, as everybody reads `HTTPS_PROXY=proxy:3128`. */
export function proxyUrl() {
  const read = (raw: unknown): string | undefined => {
    const value = text(raw) ?? '';
    const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
    const isBare = url !== null && url.pathname === '/' && url.search === '' && url.hash === '';
    return isBare && /^https?:$/.test(url.protocol) && url.hostname !== ''
      ? url.href.replace(/\/$/, '')
      : undefined;
  };
  return kind('the address of an HTTP proxy such as http://proxy.internal:3128', read, {
    placeholder: '<url>',
  });
}

/** A list in the file; comma-separated text elsewhere. */
export function list(raw: unknown): readonly string[] | undefined {
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

/**
 * An origin as browsers spell it (RFC 6454, section 6.1): in lower case, without the scheme's own port or a slash, and
 * nothing else. `null` is what they call pages from disk, `file://` what some web views call them.
 */
function origin(item: string): string | undefined {
  if (item === '*' || item === 'null') return item;
  const url = /^[a-z][a-z0-9+.-]*:\/\/[^*\\?#@]*$/i.test(item) ? URL.parse(item) : null;
  if (url === null || !/^\/?$/.test(url.pathname)) return undefined;
  if (url.protocol === 'file:') return url.host === '' ? 'file://' : undefined;
  return url.host === '' ? undefined : `${url.protocol}//${url.host}`;
}

export const origins = () =>
  kind<readonly string[]>(
    'a list of origins such as https://app.example.com, or *',
    (raw) => {
      const items = list(raw)?.map(origin);
      return items?.every((item) => item !== undefined) === true ? items : undefined;
    },
    { format: (value) => value.join(', ') },
  );

/** Hosts that no proxy is asked for, parted by commas or blanks. */
export const hosts = () =>
  kind<readonly string[]>(
    'a list of hosts, domains, addresses and ranges such as .internal, 10.0.0.0/8, or *',
    (raw) => (typeof raw === 'string' ? raw.split(/[\s,]+/).filter((item) => item !== '') : list(raw)),
    { format: (value) => value.join(', ') },
  );

/** Some of the words that there are. */
export const someOf = <const T extends string>(choices: readonly T[]) =>
  kind<readonly T[]>(
    `a list of ${choices.join(', ')}`,
    (raw) => {
      const items = list(raw)?.map((item) => choices.find((choice) => choice === item));
      return items?.every((item) => item !== undefined) === true ? items : undefined;
    },
    { format: (value) => value.join(', ') },
  );

/** Names of keys, at most `max` of them. */
export const keyNames = (max: number) =>
  kind<readonly string[]>(
    `a list of at most ${String(max)} names of keys`,
    (raw) => {
      const items = list(raw);
      return items !== undefined && items.length <= max && items.every((item) => item.length <= 200)
        ? items
        : undefined;
    },
    { format: (value) => value.join(', ') },
  );

/** A share of a whole, from none to all. */
export const share = () =>
  kind('a number from 0 to 1', (raw) => {
    const value = /^(?:\d(?:\.\d{0,15})?|\.\d{1,15})$/.test(text(raw) ?? '') ? Number(raw) : raw;
    return typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined;
  });

/** An address to listen on, with its port. */
export function socketAddress() {
  const read = (raw: unknown): { readonly host: string; readonly port: number } | undefined => {
    if (isSocketAddress(raw)) return raw;
    const match = /^(?:\[([0-9A-Fa-f:.%]+)\]|([0-9A-Za-z.-]+)):(\d{1,5})$/.exec(text(raw) ?? '');
    const port = Number(match?.[3]);
    return match !== null && port <= 65_535 ? { host: match[1] ?? match[2] ?? '', port } : undefined;
  };
  return kind('an address with its port, such as 127.0.0.1:9464', read, {
    format: ({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${String(port)}`,
    placeholder: '<address>',
  });
}

function isSocketAddress(raw: unknown): raw is { readonly host: string; readonly port: number } {
  return typeof raw === 'object' && raw !== null && 'host' in raw && 'port' in raw;
}

const addressWords = ['loopback', 'linklocal', 'uniquelocal'];

function isAddressRange(item: string): boolean {
  if (addressWords.includes(item)) return true;
  const [address = '', prefix, ...rest] = item.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

/** Whose `x-forwarded-*` headers count. True: every peer is a proxy. */
export const proxies = () =>
  kind<boolean | readonly string[]>(
    `true, false, or a list of addresses and ranges such as 10.0.0.0/8 or ${addressWords.join(', ')}`,
    (raw) => {
      // Elsewhere `1` counts proxies; taking it for "trust everybody" would be a trap.
      const flag = raw === '1' || raw === '0' ? undefined : truth(raw);
      if (flag !== undefined) return flag;
      const items = list(raw);
      return items !== undefined && items.length > 0 && items.every(isAddressRange) ? items : undefined;
    },
    { format: (value) => (typeof value === 'boolean' ? String(value) : value.join(', ')) },
  );
