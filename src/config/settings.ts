import { z } from 'zod';
import { snakeCase } from '../kernel/snake-case.ts';
import { joined, type Path, spellingsOf } from './setting-path.ts';

/** What a schema of the configuration says of itself, through zod's own `describe` and `meta`. */
interface SettingMeta {
  description?: string | undefined;
  /** Finishes the sentence "PLANTAIN_PORT must be …". Single values have it; lists and records do not. */
  expected?: string;
  /** The value in the help of its flag: `<url>`. */
  placeholder?: string;
  /** How a value is shown to people. */
  format?: (value: unknown) => string;
  /** Further environment names, read after the `PLANTAIN_…` one, in this order. */
  alsoEnv?: readonly string[];
  /** Where the regular flag name would be clumsy. */
  flag?: string;
  secret?: boolean;
  /** The default in words, where it is nothing or not always the same. */
  defaultText?: string;
  /** Finds the default when the configuration is loaded: from the machine, or from numbers that stand further up. */
  derive?: (numberOf: (id: string) => number) => number;
  /** YAML that shows what can be set, for lists and records. */
  example?: string;
}

declare module 'zod' {
  interface GlobalMeta extends SettingMeta {}
}

/** Any zod schema, as a walk meets it. */
export type Schema = z.core.$ZodType;
/** Settings that stand together under one name, or in one element of a list. */
export function section<const Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape).readonly();
}

/** One setting with all its names. Reading, `config explain`, flags and the documentation come from these. */
export interface Setting extends Omit<SettingMeta, 'flag'> {
  /** Its place in the resolved configuration: `limits.maxHeldBytes`. */
  readonly id: string;
  readonly path: Path;
  /** Its place in the file: `limits.max_held_bytes`. */
  readonly name: string;
  /** Environment variables, the first that is set wins. Lists and records have none: only a file can hold them. */
  readonly env: readonly string[];
  /** `--limits-max-held-bytes`; lists and records have none. */
  readonly flag: string | undefined;
  readonly schema: Schema;
  /** The fixed default; undefined where there is none, or where it is derived. */
  readonly default: unknown;
  readonly defaultText: string;
}

/** All settings of a schema, in its order: whatever is described, and no section. */
export function settingsOf(schema: Schema, path: Path = [], root = schema): Setting[] {
  const meta = metaOf(schema);
  if (meta.description === undefined) {
    return [...(fieldsOf(schema) ?? [])].flatMap(([name, inner]) => settingsOf(inner, [...path, name], root));
  }
  const name = spelled(root, path);
  const { variable, flag } = spellingsOf(name);
  const isSingle = meta.expected !== undefined;
  const fixed = meta.derive === undefined ? z.safeParse(schema, undefined).data : undefined;
  const setting: Setting = {
    ...meta,
    id: joined(path),
    path,
    name,
    env: isSingle ? [variable, ...(meta.alsoEnv ?? [])] : [],
    flag: isSingle ? (meta.flag ?? flag) : undefined,
    schema,
    default: fixed,
    defaultText: meta.defaultText ?? meta.format?.(fixed) ?? 'none',
  };
  return [setting];
}

/** Reads one value of a setting by itself. `problem` reads "must be …". */
export function readValue({ schema }: Setting, raw: unknown): { value: unknown } | { problem: string } {
  const { data, error } = z.safeParse(schema, raw);
  return error === undefined ? { value: data } : { problem: error.issues[0]?.message ?? '' };
}

/** What a schema and those it wraps say of themselves. */
export function metaOf(schema: Schema | undefined): SettingMeta {
  return schema === undefined ? {} : { ...metaOf(innerOf(schema)), ...z.globalRegistry.get(schema) };
}

/** The schema inside one that only says whether and how a value may be left out, or that waits to be made. */
function innerOf(schema: Schema): Schema | undefined {
  if (schema instanceof z.ZodLazy) return schema.unwrap();
  const { def } = schema._zod;
  return 'innerType' in def && def.innerType instanceof z.ZodType ? def.innerType : undefined;
}

/** The schema without what is wrapped around it. */
export function bare(schema: Schema): Schema {
  const inner = innerOf(schema);
  return inner === undefined ? schema : bare(inner);
}

/** Of each section once: every name of a setting is spelled along them. */
const knownFields = new WeakMap<Schema, ReadonlyMap<string, Schema>>();

/** The fields of a section; undefined for all other schemas. */
export function fieldsOf(schema: Schema): ReadonlyMap<string, Schema> | undefined {
  const plain = bare(schema);
  if (!(plain instanceof z.ZodObject)) return undefined;
  const fields = knownFields.get(plain) ?? new Map(Object.entries<Schema>(plain.shape));
  knownFields.set(plain, fields);
  return fields;
}

function childOf(schema: Schema, step: PropertyKey): Schema | undefined {
  const plain = bare(schema);
  if (plain instanceof z.ZodArray) return plain.element;
  return plain instanceof z.ZodRecord ? plain.valueType : fieldsOf(plain)?.get(String(step));
}

/** The schema at the end of a path. */
export function schemaAt(schema: Schema, path: Path): Schema | undefined {
  return path.reduce<Schema | undefined>((at, step) => at && childOf(at, step), schema);
}

/** `upstreams[0].api_key`: a path as the file spells it. Keys of records stay as they are, and without a schema everything does. */
export function spelled(schema: Schema | undefined, path: Path): string {
  let at = schema;
  const names = path.map((step) => {
    const name = at && fieldsOf(at) && typeof step !== 'number' ? snakeCase(String(step)) : step;
    at &&= childOf(at, step);
    return name;
  });
  return joined(names);
}
