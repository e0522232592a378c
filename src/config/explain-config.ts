import { z } from 'zod';
import { withoutCredentials } from '../kernel/proxy-for.ts';
import { configSchema } from './config-schema.ts';
import type { LoadedConfig } from './load-config.ts';
import type { Resolved } from './resolve-settings.ts';
import type { Path } from './setting-path.ts';
import { bare, fieldsOf, metaOf, type Schema, spelled } from './settings.ts';

export interface ConfigRow {
  /** Dotted name in plantain.yaml: `limits.max_held_bytes`, `upstreams[0].api_key`. */
  readonly field: string;
  /** As shown to people; secrets redacted, empty when unset. */
  readonly value: string;
  readonly origin: string;
  readonly description: string;
  readonly isSecret: boolean;
}

/** Every setting with its value and where the value came from, in the order of the documentation. */
export function explainConfig({ config, originOf }: Pick<LoadedConfig, 'config' | 'originOf'>): ConfigRow[] {
  return explainSettings(configSchema, { value: config, originOf });
}

/** The same for any schema of settings. A list of sections has a row for each field that an element has. */
export function explainSettings(
  root: Schema,
  { value: whole, originOf }: Pick<Resolved<unknown>, 'value' | 'originOf'>,
): ConfigRow[] {
  const rowsOf = (schema: Schema, value: unknown, at: Path): ConfigRow[] => {
    const fields = fieldsOf(schema);
    if (fields !== undefined) {
      const values = new Map(Object.entries(value ?? {}));
      return [...fields].flatMap(([name, inner]) => rowsOf(inner, values.get(name), [...at, name]));
    }
    const list = bare(schema);
    if (list instanceof z.ZodArray && Array.isArray(value) && value.length > 0) {
      return value.flatMap((item, position) => rowsOf(list.element, item, [...at, position]));
    }
    // Most fields of an entry mean something to entries of another kind alone.
    if (value === undefined && at.some((name) => typeof name === 'number')) return [];
    const { description = '', ...meta } = metaOf(schema);
    return [
      {
        field: spelled(root, at),
        value: shown(value, meta),
        origin: originOf(at),
        description,
        isSecret: meta.secret === true,
      },
    ];
  };
  return rowsOf(root, whole, []);
}

function shown(
  value: unknown,
  { secret, format }: Pick<ReturnType<typeof metaOf>, 'secret' | 'format'>,
): string {
  if (typeof value === 'string') return secret ? redactSecret(value) : withoutCredentials(value);
  if (format !== undefined) return format(value);
  return typeof value === 'object' && value !== null
    ? Object.keys(value).join(', ')
    : JSON.stringify(value ?? '');
}

/** `AIza…(39 characters)`: enough to tell keys apart, nothing to use. A short secret shows nothing. */
export function redactSecret(secret: string): string {
  return `${secret.length >= 16 ? secret.slice(0, 4) : ''}…(${String(secret.length)} characters)`;
}
