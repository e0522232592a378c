import { kind, list } from './value-kinds.ts';
import { text } from './value-reader.ts';

/** Names that a browser may call this server by: whole ones, since a pattern, a port or a scheme would match nothing. */
export const hostNames = () =>
  kind<readonly string[]>(
    'a list of whole host names such as draw.example.com, without patterns, ports or schemes',
    (raw) => {
      const items = typeof raw === 'string' ? raw.split(/[\s,]+/).filter((item) => item !== '') : list(raw);
      const isFine = items?.every((item) => /^(?:[\w-]{1,63}(?:\.[\w-]{1,63}){0,20})$/.test(item)) === true;
      return isFine ? items.map((item) => item.toLowerCase()) : undefined;
    },
    { format: (value) => value.join(', ') },
  );

/** A list of texts that somebody else made up; in a list of the file they may have commas. */
export const texts = (max: number) =>
  kind<readonly string[]>(
    `a list of at most ${String(max)} texts`,
    (raw) => {
      const items = list(raw);
      return items !== undefined && items.length <= max && items.every((item) => item.length <= 300)
        ? items
        : undefined;
    },
    { format: (value) => value.join(', ') },
  );

/** An address that is a name at once, and is compared to the letter: what stands at its end stays. */
export function issuerUrl() {
  const read = (raw: unknown): string | undefined => {
    const value = text(raw) ?? '';
    const url = /^https?:\/\/[^?#\s]{1,500}$/i.test(value) ? URL.parse(value) : null;
    const isFine =
      url !== null && url.username === '' && url.password === '' && !/\/\.well-known\//.test(value);
    return isFine ? value : undefined;
  };
  return kind('the address of an issuer, without user name, query or /.well-known/', read, {
    placeholder: '<url>',
  });
}
