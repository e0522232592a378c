import { sayValue } from '../words/say.ts';
import type { Failure } from './picture.ts';

/**
 * What to do about an error, where its own words do not say it; empty where they do. Of one code several types may differ:
 * another key helps against the limit of a key alone.
 */
export function cureOf({ code = '', type = '' }: Pick<Failure, 'code' | 'type'>): string {
  for (const key of [`${code}.${type}`, code]) {
    const cure = sayValue('cure', key);
    if (cure !== key) return cure;
  }
  return '';
}
