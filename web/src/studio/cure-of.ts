import { sayValue } from '../words/say.ts';

/** What to do about an error, where it is known; empty where its own words have to do. */
export function cureOf(code: string | undefined): string {
  const key = code ?? '';
  const cure = sayValue('cure', key);
  return cure === key || cure === `cure.${key}` ? '' : cure;
}
