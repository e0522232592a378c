import { kind } from './value-kinds.ts';

const maxNamedValues = 64;

/**
 * Values by their names: a group in the file, elsewhere `name=value,name=value` with values percent-encoded, as
 * OpenTelemetry writes them. Values are shown to nobody: they may be passwords.
 */
export const namedValues = (name: RegExp, value: RegExp) =>
  kind<Readonly<Record<string, string>>>(
    'a list such as name=value,other=value',
    (raw) => {
      const pairs = typeof raw === 'string' ? textPairs(raw) : groupPairs(raw);
      const isFine =
        pairs !== undefined &&
        pairs.length <= maxNamedValues &&
        pairs.every(([key, item]) => name.test(key) && value.test(item));
      return isFine ? Object.fromEntries(pairs) : undefined;
    },
    {
      format: (values) =>
        Object.keys(values)
          .map((key) => `${key}=…`)
          .join(','),
      placeholder: '<name=value,…>',
    },
  );

function textPairs(raw: string): [string, string][] | undefined {
  try {
    return raw
      .split(',')
      .filter((item) => item.trim() !== '')
      .map((item) => {
        const [key = '', ...rest] = item.split('=');
        if (rest.length === 0) throw new RangeError('no value');
        return [key.trim(), decodeURIComponent(rest.join('=').trim())];
      });
  } catch {
    return undefined;
  }
}

function groupPairs(raw: unknown): [string, string][] | undefined {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return undefined;
  const pairs = Object.entries(raw).map(([key, item]): [string, unknown] => [key, item]);
  return pairs.every((pair): pair is [string, string | number | boolean] =>
    ['string', 'number', 'boolean'].includes(typeof pair[1]),
  )
    ? pairs.map(([key, item]) => [key, String(item)])
    : undefined;
}
