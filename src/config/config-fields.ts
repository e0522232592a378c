import type { Config, FieldPath } from './config-schema.ts';
import { configTable, type FieldSpec } from './config-table.ts';
import type { ValueKind } from './value-kinds.ts';

/** One setting with all its names. Parsing, `config explain`, flags and the documentation come from these. */
export interface ConfigField {
  readonly path: FieldPath;
  /** Dotted place in plantain.yaml: `limits.max_held_bytes`. */
  readonly yamlName: string;
  /** Environment variables, the first that is set wins. */
  readonly env: readonly [string, ...string[]];
  /** `--data-dir`. */
  readonly flag: string;
  readonly kind: ValueKind<unknown>;
  readonly default: unknown;
  readonly defaultText: string;
  readonly description: string;
  readonly secret: boolean;
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function toField([path, spec]: [FieldPath, FieldSpec<never>]): ConfigField {
  const yamlName = snakeCase(path);
  const words = yamlName.replaceAll('.', '_');
  const kind = spec.kind as unknown as ValueKind<unknown>;
  return {
    path,
    yamlName,
    env: [`PLANTAIN_${words.toUpperCase()}`, ...(spec.alsoEnv ?? [])],
    flag: spec.flag ?? `--${words.replaceAll('_', '-')}`,
    kind,
    default: spec.default,
    defaultText: spec.defaultText ?? kind.format(spec.default),
    description: spec.description,
    secret: spec.secret === true,
  };
}

export const configFields: readonly ConfigField[] = (
  Object.entries(configTable) as unknown as [FieldPath, FieldSpec<never>][]
).map(toField);

/** The setting at a path of Config. */
export function configField(path: FieldPath): ConfigField {
  const field = configFields.find((candidate) => candidate.path === path);
  if (field === undefined) throw new RangeError(`No setting ${path}.`);
  return field;
}

/** The value a resolved configuration has at a path. */
export function configValue(config: Config, path: FieldPath): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], config);
}
