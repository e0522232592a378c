import type { KnownNames } from './describe-order.ts';
import type { KnownKey } from './known-keys.ts';

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
