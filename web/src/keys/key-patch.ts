import type { Key } from '../api/types.ts';
import { formText } from '../ui/form-text.ts';

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** A moment as a field for it shows it, by this browser's clock to the minute. */
export function momentField(iso: string | null): string {
  if (iso === null) return '';
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The moment that stands in such a field; null: it is empty. */
export function readMoment(text: string): string | null {
  return text === '' ? null : new Date(text).toISOString();
}

/** Tags a line each: `team=web`. A value of several lines, or that looks like it, stands as JSON writes it. */
export function tagsField(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([name, value]) => `${name}=${/^\s|\s$|\n|^"/.test(value) ? JSON.stringify(value) : value}`)
    .join('\n');
}

/** The tags that stand in such lines; undefined where one is none. */
export function readTags(text: string): Record<string, string> | undefined {
  const tags = new Map<string, string>();
  for (const line of linesOf(text)) {
    const at = line.indexOf('=');
    const name = line.slice(0, at).trim();
    const value = line.slice(at + 1).trim();
    if (at < 1 || tags.has(name)) return undefined;
    try {
      tags.set(name, value.startsWith('"') ? String(JSON.parse(value)) : value);
    } catch {
      return undefined;
    }
  }
  return Object.fromEntries(tags);
}

/** What of a key was changed in its form, as a merge patch; empty: nothing. */
export function keyPatch(key: Key, form: FormData): Record<string, unknown> {
  const models = form.get('every_model') === 'on' ? null : form.getAll('models').map(String);
  const addresses = linesOf(formText(form, 'addresses'));
  const tags = readTags(formText(form, 'tags')) ?? {};
  const expires = formText(form, 'expires_at');
  const gone = Object.keys(key.tags).filter((name) => tags[name] === undefined);
  const wished: Partial<Key> = {
    name: formText(form, 'name').trim(),
    models,
    addresses: addresses.length === 0 ? null : addresses,
    strict: form.get('strict') === 'on',
    tags,
  };
  const patch: Record<string, unknown> = Object.fromEntries(
    Object.entries(wished).filter(([name, value]) => !isSame(value, key[name as keyof Key])),
  );
  if ('tags' in patch) patch['tags'] = { ...tags, ...Object.fromEntries(gone.map((name) => [name, null])) };
  if (expires !== momentField(key.expires_at)) patch['expires_at'] = readMoment(expires);
  return patch;
}

/** Whatever order their members stand in. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const parts = Array.isArray(value) ? value.map(String) : Object.entries(value).map(String);
  return parts.toSorted((one, other) => (one < other ? -1 : 1));
}
