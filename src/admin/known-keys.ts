/** A key, or a project, by its two names. */
export interface KnownKey {
  readonly id: string;
  readonly name: string;
}

/** The ids of a key or project that is given by id or name: a name may have been handed on from one to the next, and all of them are meant. */
export function idsOfKey(key: string, known: readonly KnownKey[]): string[] {
  return known.filter(({ id, name }) => id === key || name === key).map(({ id }) => id);
}
