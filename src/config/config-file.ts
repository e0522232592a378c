import path from 'node:path';
import { z } from 'zod';
import { nearestName } from '../kernel/nearest-name.ts';
import { snakeCase } from '../kernel/snake-case.ts';
import type { Environment } from './config-environment.ts';
import { type Path, unreadable } from './setting-path.ts';
import { bare, fieldsOf, metaOf, type Schema, settingsOf, spelled } from './settings.ts';
import { type Group, isGroup, readConfigText } from './config-text.ts';
import { readSecretFile } from './read-small-file.ts';

/** plantain.yaml as read: raw values under the names of the schema, not yet checked for sense. */
export interface ConfigFile {
  /** With `unreadable` in place of what is among the problems already. */
  readonly tree: unknown;
  /** `plantain.yaml:12`: the place of what stands at a path, or of the nearest above it. */
  readonly placeOf: (path: Path) => string;
  /** Texts that no message may repeat. */
  readonly borrowed: ReadonlySet<string>;
  readonly problems: readonly string[];
}

/** As if there were a file that sets nothing. */
export const noConfigFile: ConfigFile = { tree: {}, placeOf: () => '', borrowed: new Set(), problems: [] };

/** Reads the file that messages call `shownName`. Whatever is wrong with it is a problem, not a throw. */
export function readConfigFile(root: Schema, file: string, shownName: string, env: Environment): ConfigFile {
  const { content, lines, lineAt, borrowed, problems: told } = readConfigText(file, shownName, env);
  const problems = [...told];
  if (content === undefined) return { ...noConfigFile, problems };
  const placeOf = (at: Path): string => {
    const name = spelled(root, at);
    const line = lines.get(name) ?? lines.get(`${name}_file`);
    return line === undefined && at.length > 0 ? placeOf(at.slice(0, -1)) : lineAt(line);
  };
  const tell = (place: string, problem: string): typeof unreadable => {
    problems.push(`${place}: ${problem}`);
    return unreadable;
  };

  const checkNames = (group: Group, names: readonly string[], prefix: string): void => {
    for (const name of Object.keys(group).filter((candidate) => !names.includes(candidate))) {
      const hint = suggestion(name, prefix, names, root);
      tell(lineAt(lines.get(prefix + name)), `unknown setting ${prefix}${name}. ${hint}`);
    }
  };

  /** A value with its groups under the names of the schema, and with secrets in place of the files that hold them. */
  const read = (schema: Schema, value: unknown, at: Path): unknown => {
    const plain = bare(schema);
    if (plain instanceof z.ZodArray && Array.isArray(value)) {
      return value.map((item, position) => read(plain.element, item, [...at, position]));
    }
    const name = spelled(root, at);
    const prefix = name === '' ? '' : `${name}.`;
    if (plain instanceof z.ZodRecord && isGroup(value)) {
      const keys =
        plain.keyType instanceof z.ZodEnum ? plain.keyType.options.map(String) : Object.keys(value);
      checkNames(value, keys, prefix);
      const known = Object.entries(value).filter(([key]) => keys.includes(key));
      return Object.fromEntries(known.map(([key, raw]) => [key, read(plain.valueType, raw, [...at, key])]));
    }
    const fields = fieldsOf(plain);
    if (fields === undefined || value === unreadable) return value;
    const names = [...fields].flatMap(([field, inner]) => namesOf(field, inner));
    if (!isGroup(value))
      return tell(placeOf(at), `${name} must hold settings such as ${prefix}${names[0] ?? ''}.`);
    checkNames(value, names, prefix);
    const entries = [...fields].flatMap(([field, inner]): [string, unknown][] => {
      const [direct = null, file = null] = namesOf(field, inner).map((key) => value[key]);
      const below = [...at, field];
      if (file !== null) return [[field, readSecret(file, direct !== null, below)]];
      if (direct !== null) return [[field, read(inner, direct, below)]];
      // A section is there without being mentioned; null is a value for few.
      const isSection = fieldsOf(inner) !== undefined && inner._zod.optin !== 'optional';
      if (isSection) return [[field, read(inner, {}, below)]];
      return snakeCase(field) in value && z.safeParse(inner, null).success ? [[field, null]] : [];
    });
    return Object.fromEntries(entries);
  };
  const readSecret = (fileName: unknown, isTwice: boolean, at: Path): unknown => {
    const name = spelled(root, at);
    if (isTwice) return tell(placeOf(at), `${name} and ${name}_file are both given: keep one.`);
    if (fileName === unreadable) return unreadable;
    if (typeof fileName !== 'string' || fileName === '')
      return tell(placeOf(at), `${name}_file must be the name of a file.`);
    const target = path.resolve(path.dirname(file), fileName);
    return readSecretFile(name, target, (problem) => tell(placeOf(at), problem));
  };

  return { tree: read(root, content, []), placeOf, borrowed, problems };
}

/** What a field is called in the file. A secret can also stand in a file of its own. */
function namesOf(field: string, schema: Schema): string[] {
  const name = snakeCase(field);
  return metaOf(schema).secret ? [name, `${name}_file`] : [name];
}

/** The likeliest meaning: a sibling spelled alike, or the same name in another section. */
function suggestion(name: string, prefix: string, siblings: readonly string[], root: Schema): string {
  const near = nearestName(name, siblings);
  const elsewhere = settingsOf(root).find(
    (setting) => setting.name.endsWith(`.${name}`) || setting.name.replaceAll('.', '_') === name,
  );
  const meant = near === undefined ? elsewhere?.name : prefix + near;
  if (meant !== undefined) return `Did you mean ${meant}?`;
  return `${prefix === '' ? 'Settings' : `In ${prefix.slice(0, -1)}`} are: ${siblings.join(', ')}.`;
}
