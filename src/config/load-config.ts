import { existsSync } from 'node:fs';
import path from 'node:path';
import { noCatalogueChanges } from './catalogue-changes.ts';
import { configFileVariable, type Environment, readEnvironment } from './config-environment.ts';
import { ConfigError } from './config-error.ts';
import { type ConfigField, configFields } from './config-fields.ts';
import { type ConfigFile, noConfigFile, readConfigFile } from './config-file.ts';
import type { Config, FieldPath } from './config-schema.ts';
import { readCatalogueChanges } from './read-catalogue-changes.ts';

/** Values given as flags, by setting; `config` names the file. Undefined means not given. */
export type FlagValues = Readonly<Partial<Record<FieldPath | 'config', unknown>>>;

export interface ConfigSources {
  readonly flags?: FlagValues;
  readonly env?: Environment;
  readonly cwd?: string;
}

/** `default`, `file plantain.yaml:12`, `env PLANTAIN_PORT` or `flag --port`. */
export type Origin = string;

export interface LoadedConfig {
  readonly config: Config;
  readonly origins: ReadonlyMap<FieldPath | 'models' | 'aliases', Origin>;
  /** The file that was read, as it was named; undefined when there is none. */
  readonly file: string | undefined;
}

interface Reading {
  readonly raw: unknown;
  readonly origin: Origin;
  /** How a message begins: `plantain.yaml:12: port`, `PLANTAIN_PORT` or `--port`. */
  readonly subject: string;
}

/**
 * Joins flags, environment, file and defaults, the first of these winning. Throws ConfigError with every
 * problem found, also those of values that something stronger overrules.
 */
export function loadConfig({
  flags = {},
  env = process.env,
  cwd = process.cwd(),
}: ConfigSources = {}): LoadedConfig {
  const fileName = findFile(flags, env, cwd);
  const file = fileName === undefined ? noConfigFile : readConfigFile(path.resolve(cwd, fileName), fileName);
  const environment = readEnvironment(env);
  const catalogue = readCatalogueChanges(file);
  const problems = [...file.problems, ...environment.problems, ...catalogue.problems];
  const origins = new Map<FieldPath | 'models' | 'aliases', Origin>();
  const values = new Map<FieldPath, unknown>();

  for (const field of configFields) {
    values.set(field.path, field.default);
    origins.set(field.path, 'default');
    const environmentValue = environment.values.get(field.path);
    for (const reading of [
      fileReading(field, file),
      environmentValue && {
        raw: environmentValue.raw,
        origin: `env ${environmentValue.name}`,
        subject: environmentValue.name,
      },
      flagReading(field, flags),
    ]) {
      if (reading === undefined) continue;
      const result = field.kind.schema.safeParse(reading.raw);
      if (result.success) {
        values.set(field.path, result.data);
        origins.set(field.path, reading.origin);
      } else {
        problems.push(
          `${reading.subject} ${result.error.issues[0]?.message ?? 'cannot be used'}${given(field, reading.raw)}.`,
        );
      }
    }
  }
  for (const part of ['models', 'aliases'] as const) {
    origins.set(part, file[part] === undefined ? 'default' : `file ${file[part].place}`);
  }
  settleDependents(values, origins, { cwd, fileName });
  problems.push(...contradictions(values, origins));
  if (problems.length > 0) throw new ConfigError(problems);
  return { config: assemble(values, catalogue.changes), origins, file: fileName };
}

function findFile(flags: FlagValues, env: Environment, cwd: string): string | undefined {
  const named = flags.config ?? env[configFileVariable]?.trim();
  if (typeof named === 'string' && named !== '') return named;
  return existsSync(path.join(cwd, 'plantain.yaml')) ? 'plantain.yaml' : undefined;
}

function fileReading(field: ConfigField, file: ConfigFile): Reading | undefined {
  const value = file.values.get(field.path);
  return (
    value && { raw: value.raw, origin: `file ${value.place}`, subject: `${value.place}: ${field.yamlName}` }
  );
}

function flagReading(field: ConfigField, flags: FlagValues): Reading | undefined {
  const raw = flags[field.path];
  return raw === undefined ? undefined : { raw, origin: `flag ${field.flag}`, subject: field.flag };
}

/** Repeats a wrong value, never a secret one. */
function given(field: ConfigField, raw: unknown): string {
  if (field.secret || (typeof raw !== 'string' && typeof raw !== 'number' && typeof raw !== 'boolean'))
    return '';
  // A mistyped address may carry a password.
  return String(raw).includes('@')
    ? ''
    : `, not ${JSON.stringify(typeof raw === 'string' ? raw.slice(0, 80) : raw)}`;
}

function settleDependents(
  values: Map<FieldPath, unknown>,
  origins: ReadonlyMap<string, Origin>,
  { cwd, fileName }: { cwd: string; fileName: string | undefined },
): void {
  const fromFile = origins.get('dataDir')?.startsWith('file ') === true && fileName !== undefined;
  const base = fromFile ? path.dirname(path.resolve(cwd, fileName)) : cwd;
  values.set('dataDir', path.resolve(base, values.get('dataDir') as string));
  if (origins.get('links.retentionHours') === 'default') {
    const linkHours = Math.ceil((values.get('links.ttlMinutes') as number) / 60);
    values.set('links.retentionHours', Math.max(values.get('links.retentionHours') as number, linkHours));
  }
}

function contradictions(
  values: ReadonlyMap<FieldPath, unknown>,
  origins: ReadonlyMap<FieldPath | 'models' | 'aliases', Origin>,
): string[] {
  const problems: string[] = [];
  const originName = (path: FieldPath): string => (origins.get(path) ?? '').replace(/^\w+ /, '');
  if (origins.get('gemini.baseUrl') !== 'default' && values.get('gemini.apiKey') === undefined) {
    problems.push(
      `${originName('gemini.baseUrl')} gives an upstream address but no key is set: set GEMINI_API_KEY (any text, if that upstream checks none), or take the address away to draw with the sandbox.`,
    );
  }
  if ((values.get('links.retentionHours') as number) * 60 < (values.get('links.ttlMinutes') as number)) {
    problems.push(
      `${originName('links.retentionHours')}: links.retention_hours must cover links.ttl_minutes, or pictures vanish before their links end.`,
    );
  }
  if (
    (values.get('limits.maxReferenceBytes') as number) > (values.get('limits.maxEditBodyBytes') as number)
  ) {
    problems.push(
      'limits.max_edit_body_bytes must be at least limits.max_reference_bytes, or the largest reference can never arrive.',
    );
  }
  return problems;
}

function assemble(
  values: ReadonlyMap<FieldPath, unknown>,
  catalogue: Config['catalogue'] = noCatalogueChanges,
): Config {
  const config: Record<string, unknown> = { catalogue };
  for (const [path, value] of values) {
    const [first = '', second] = path.split('.');
    if (second === undefined) config[first] = value;
    else config[first] = { ...(config[first] as object | undefined), [second]: value };
  }
  // Every path of Config is in the table of fields (checked by its type), so the object is whole.
  return config as unknown as Config;
}
