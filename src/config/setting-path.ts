/** Names of fields, keys of records and indexes of lists, from the top. */
export type Path = readonly PropertyKey[];

/** Stands for a value whose problem has been told. */
export const unreadable = Symbol('unreadable');

/** `upstreams[0].apiKey`: a path as text. */
export function joined(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${String(step)}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}

/** What stands at a path of a tree; undefined where it ends before. */
export function valueAt(tree: unknown, at: Path): unknown {
  return at.reduce<unknown>((value, step) => new Map(Object.entries(value ?? {})).get(String(step)), tree);
}

/** The variable and the flag of a single value, by its name in the file: `limits.max_held_bytes`. */
export function spellingsOf(name: string): { readonly variable: string; readonly flag: string } {
  const words = name.replaceAll('.', '_');
  return { variable: `PLANTAIN_${words.toUpperCase()}`, flag: `--${words.replaceAll('_', '-')}` };
}
