import type { FoundVariables } from './config-environment.ts';
import type { ConfigFile } from './config-file.ts';
import { type Path, unreadable, valueAt } from './setting-path.ts';
import type { Setting } from './settings.ts';

/** One source's value for a setting. */
export interface Reading {
  readonly source: 'file' | 'env' | 'flag';
  readonly raw: unknown;
  readonly placeOf: (at: Path) => string;
}

/** What is wrong with a value, or inside it. */
export interface ValueFault {
  readonly path: Path;
  readonly input?: unknown;
  /** "must be …" */
  readonly message: string;
}

/** What the sources hold, and how to judge it. */
export interface Candidates<S> {
  readonly file: Pick<ConfigFile, 'tree' | 'placeOf' | 'borrowed'>;
  readonly variables: FoundVariables;
  /** By the id of the setting. Undefined means not given. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly faultsOf: (setting: S, raw: unknown) => readonly ValueFault[];
  /** A path as the file spells it. */
  readonly spell: (at: Path) => string;
  readonly isSecret: (at: Path) => boolean;
}

/**
 * The value of each setting that is given: a flag before the environment before the file. Every source is checked, also
 * what something stronger overrules, and a value with a problem is passed over.
 */
export function strongestReadings<S extends Pick<Setting, 'id' | 'path' | 'flag'>>(
  settings: readonly S[],
  { file, variables, flags, faultsOf, spell, isSecret }: Candidates<S>,
) {
  const readings = new Map<string, Reading>();
  const broken = new Set<string>();
  const problems: string[] = [];
  for (const setting of settings) {
    const { id, path, flag = '' } = setting;
    const { raw, name = '' } = variables.get(id) ?? {};
    const candidates: Reading[] = [
      { source: 'file', raw: valueAt(file.tree, path), placeOf: file.placeOf },
      { source: 'env', raw, placeOf: () => name },
      { source: 'flag', raw: flags[id], placeOf: () => flag },
    ];
    for (const reading of candidates.filter((candidate) => candidate.raw !== undefined)) {
      const faults = faultsOf(setting, reading.raw);
      if (faults.length === 0) readings.set(id, reading);
      else broken.add(id);
      for (const { path: below, input, message } of faults) {
        const at = [...path, ...below];
        const isQuiet = isSecret(at) || (typeof input === 'string' && file.borrowed.has(input));
        if (input !== unreadable)
          problems.push(`${subjectOf(reading, at, spell)} ${message}${isQuiet ? '' : given(input)}.`);
      }
    }
  }
  return { readings, broken, problems };
}

/** How a message about a value begins: `plantain.yaml:12: port`, `PLANTAIN_PORT`, `--port`. */
export function subjectOf({ source, placeOf }: Reading, at: Path, spell: (at: Path) => string): string {
  const place = placeOf(at);
  return source === 'file' || place.endsWith('_FILE') ? `${place}: ${spell(at)}` : place;
}

/** Repeats a wrong value. */
function given(input: unknown): string {
  if (typeof input !== 'string' && typeof input !== 'number' && typeof input !== 'boolean') return '';
  // A mistyped address may carry a password.
  if (String(input).includes('@')) return '';
  return `, not ${JSON.stringify(typeof input === 'string' ? input.slice(0, 80) : input)}`;
}
