import { PlantainError } from '../kernel/plantain-error.ts';
import type { KnownNames } from '../usage/usage-report.ts';

/** A key, or a project, by its two names. */
export interface KnownKey {
  readonly id: string;
  readonly name: string;
}

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

/** The ids of a key or project that is given by id or name: a name may have been handed on from one to the next, and all of them are meant. */
export function idsOfKey(key: string, known: readonly KnownKey[]): string[] {
  return known.filter(({ id, name }) => id === key || name === key).map(({ id }) => id);
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
