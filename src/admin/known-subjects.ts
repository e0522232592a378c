import { PlantainError } from '../kernel/plantain-error.ts';
import type { KnownNames } from '../usage/usage-report.ts';
import { idsOfKey, type KnownKey } from './known-keys.ts';

/** Every key and project there ever was, those that need none included. */
export interface KnownSubjects {
  readonly keys: readonly KnownKey[];
  readonly projects: readonly KnownKey[];
}

/** Their names, to be found by their ids. */
export function namesOf({ keys, projects }: KnownSubjects): KnownNames {
  const byId = (known: readonly KnownKey[]) => new Map(known.map(({ id, name }) => [id, name]));
  return { keys: byId(keys), projects: byId(projects) };
}

/** What the key or project of an id is called; null of what is neither, or is not known. */
export function nameOfSubject({ keys, projects }: KnownNames, id: string): string | null {
  return keys.get(id) ?? projects.get(id) ?? null;
}

/** The ids of the key or project that a query gives, if it does. Throws `invalid_value` where there is none. */
export function idsGiven(
  param: 'key' | 'project',
  given: string | undefined,
  known: readonly KnownKey[],
): readonly string[] | undefined {
  const ids = given === undefined ? undefined : idsOfKey(given, known);
  if (ids?.length === 0)
    throw new PlantainError('invalid_value', `There is no ${param} of that id or name.`, { param });
  return ids;
}
