import path from 'node:path';
import { z } from 'zod';
import { type Environment, readVariables, unknownVariables } from './config-environment.ts';
import { noConfigFile, readConfigFile } from './config-file.ts';
import { joined, type Path, valueAt } from './setting-path.ts';
import { fieldsOf, metaOf, type Schema, schemaAt, type Setting, settingsOf, spelled } from './settings.ts';
import { strongestReadings, subjectOf } from './strongest-readings.ts';

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
  const variables = readVariables(settings, env, cwd);
  const spell = (at: Path): string => spelled(schema, at);
  const { readings, broken, problems } = strongestReadings(settings, {
    file,
    variables: variables.values,
    flags,
    faultsOf: ({ schema: inner }, raw) => z.safeParse(inner, raw, parsing).error?.issues ?? [],
    spell,
    isSecret: (at) => metaOf(schemaAt(schema, at)).secret === true,
  });

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
      return reading === undefined ? spell(at) : subjectOf(reading, at, spell);
    },
    broken,
    problems: [...file.problems, ...variables.problems, ...unknownVariables(settings, env), ...problems],
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

/** Raw values of settings as one tree in the shape of the schema. */
function treeOf(schema: Schema, raws: ReadonlyMap<string, unknown>, at: Path = []): unknown {
  const fields = metaOf(schema).description === undefined ? fieldsOf(schema) : undefined;
  if (fields === undefined) return raws.get(joined(at));
  return Object.fromEntries([...fields].map(([name, inner]) => [name, treeOf(inner, raws, [...at, name])]));
}
