import path from 'node:path';
import { z } from 'zod';
import { type Environment, readEnvironment } from './config-environment.ts';
import { noConfigFile, readConfigFile } from './config-file.ts';
import {
  fieldsOf,
  joined,
  metaOf,
  type Path,
  type Schema,
  schemaAt,
  type Setting,
  settingsOf,
  spelled,
  unreadable,
} from './settings.ts';

export interface Sources {
  /** Values given as flags, by the id of the setting. Undefined means not given. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Environment;
  readonly cwd: string;
  /** The configuration file as it was named; undefined when there is none. */
  readonly file: string | undefined;
}

/** A configuration as its sources give it. A value with a problem is passed over. */
export interface Resolved<T> {
  readonly value: T;
  /** `default`, `default: half of …`, `file plantain.yaml:12`, `env PLANTAIN_PORT` or `flag --port`; also of what is inside lists. */
  readonly originOf: (at: Path) => string;
  /** How a message begins: `plantain.yaml:12: port`, `PLANTAIN_PORT`, `--port`, for a default `port`. */
  readonly subjectOf: (at: Path) => string;
  /** Ids of the settings with a problem. */
  readonly broken: ReadonlySet<string>;
  /** One line each. */
  readonly problems: readonly string[];
}

/** One source's value for a setting. */
interface Reading {
  readonly source: 'file' | 'env' | 'flag';
  readonly raw: unknown;
  readonly placeOf: (at: Path) => string;
}

/**
 * Joins flags, environment, file and defaults, the first of these winning. Every source is checked, also what
 * something stronger overrules.
 */
export function resolveSettings<S extends z.ZodType>(
  schema: S,
  { flags, env, cwd, file: shownName }: Sources,
  settings: readonly Setting[] = settingsOf(schema),
): Resolved<z.output<S>> {
  const file =
    shownName === undefined
      ? noConfigFile
      : readConfigFile(schema, path.resolve(cwd, shownName), shownName, env);
  const variables = readEnvironment(settings, env, cwd);
  const problems = [...file.problems, ...variables.problems];
  const broken = new Set<string>();
  const readings = new Map<string, Reading>();
  const subject = ({ source, placeOf }: Reading, at: Path): string => {
    const place = placeOf(at);
    return source === 'file' || place.endsWith('_FILE') ? `${place}: ${spelled(schema, at)}` : place;
  };

  for (const { id, path: place, flag = '', schema: inner } of settings) {
    const { raw, name = '' } = variables.values.get(id) ?? {};
    const candidates: Reading[] = [
      { source: 'file', raw: valueAt(file.tree, place), placeOf: file.placeOf },
      { source: 'env', raw, placeOf: () => name },
      { source: 'flag', raw: flags[id], placeOf: () => flag },
    ];
    for (const reading of candidates.filter((candidate) => candidate.raw !== undefined)) {
      const { error } = z.safeParse(inner, reading.raw, parsing);
      if (error === undefined) readings.set(id, reading);
      else broken.add(id);
      for (const { path: below, input, message } of error?.issues ?? []) {
        const at = [...place, ...below];
        const isQuiet =
          metaOf(schemaAt(schema, at)).secret || (typeof input === 'string' && file.borrowed.has(input));
        if (input !== unreadable)
          problems.push(`${subject(reading, at)} ${message}${isQuiet ? '' : given(input)}.`);
      }
    }
  }

  const raws = new Map<string, unknown>();
  const numberOf = (id: string): number =>
    Number(z.parse(schemaAt(schema, id.split('.')) ?? z.never(), raws.get(id), parsing));
  for (const { id, derive } of settings)
    raws.set(id, readings.has(id) ? readings.get(id)?.raw : derive?.(numberOf));

  const settingAt = (at: Path) =>
    settings.find(({ path: place }) => place.every((step, depth) => step === at[depth]));
  return {
    value: z.parse(schema, treeOf(schema, raws), parsing),
    originOf: (at) => {
      const { id = '', derive, defaultText = '' } = settingAt(at) ?? {};
      const reading = readings.get(id);
      if (reading === undefined) return derive === undefined ? 'default' : `default: ${defaultText}`;
      const isGiven = reading.source !== 'file' || valueAt(file.tree, at) !== undefined;
      return isGiven ? `${reading.source} ${reading.placeOf(at)}` : 'default';
    },
    subjectOf: (at) => {
      const reading = readings.get(settingAt(at)?.id ?? '');
      return reading === undefined ? spelled(schema, at) : subject(reading, at);
    },
    broken,
    problems,
  };
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  array: 'a list',
  object: 'a group of settings',
  record: 'a group of settings',
};

/** Compiling the schemas would not pay for so few values. Kinds of ours have their own words; zod's get them here. */
const parsing: z.core.ParseContext<z.core.$ZodIssue> = {
  jitless: true,
  reportInput: true,
  error: (issue) =>
    issue.code === 'invalid_type' ? `must be ${typeWords[issue.expected] ?? issue.expected}` : undefined,
};

/** Repeats a wrong value. */
function given(input: unknown): string {
  if (typeof input !== 'string' && typeof input !== 'number' && typeof input !== 'boolean') return '';
  // A mistyped address may carry a password.
  if (String(input).includes('@')) return '';
  return `, not ${JSON.stringify(typeof input === 'string' ? input.slice(0, 80) : input)}`;
}

function valueAt(tree: unknown, at: Path): unknown {
  return at.reduce<unknown>((value, step) => new Map(Object.entries(value ?? {})).get(String(step)), tree);
}

/** Raw values of settings as one tree in the shape of the schema. */
function treeOf(schema: Schema, raws: ReadonlyMap<string, unknown>, at: Path = []): unknown {
  const fields = metaOf(schema).description === undefined ? fieldsOf(schema) : undefined;
  if (fields === undefined) return raws.get(joined(at));
  return Object.fromEntries([...fields].map(([name, inner]) => [name, treeOf(inner, raws, [...at, name])]));
}
