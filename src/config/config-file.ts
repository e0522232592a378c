import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import { nearestName } from '../kernel/nearest-name.ts';
import { configFields } from './config-fields.ts';
import type { FieldPath } from './config-schema.ts';

/** A configuration file is a page of text; anything larger is the wrong file. */
const maxFileBytes = 1024 * 1024;

export interface FileValue {
  readonly raw: unknown;
  /** `plantain.yaml:12`. */
  readonly place: string;
}

/** plantain.yaml as read: raw values with their places, not yet checked for sense. */
export interface ConfigFile {
  readonly values: ReadonlyMap<FieldPath, FileValue>;
  readonly models: FileValue | undefined;
  readonly aliases: FileValue | undefined;
  /** The place of a node below the top, or of the nearest node above it that exists. */
  readonly placeOf: (path: readonly PropertyKey[]) => string;
  readonly problems: readonly string[];
}

const fieldsByYamlName = new Map(configFields.map((field) => [field.yamlName, field]));
const sections = new Set(
  configFields.flatMap((field) => (field.yamlName.includes('.') ? [field.yamlName.split('.')[0] ?? ''] : [])),
);
const topNames = [
  ...new Set(configFields.map((field) => field.yamlName.split('.')[0] ?? '')),
  'models',
  'aliases',
];

const require = createRequire(import.meta.url);
/** Loaded when there is a file to read: it is seventy modules, and most starts need none of them. */
const loadYaml = (): typeof Yaml => require('yaml') as typeof Yaml;

/** As if there were a file that sets nothing. */
export const noConfigFile = failed([]);

/** Reads and walks the file. `shownName` stands in messages; a file that cannot be read is a problem, not a throw. */
export function readConfigFile(filePath: string, shownName: string): ConfigFile {
  try {
    if (statSync(filePath).size > maxFileBytes)
      return failed([`${shownName} is larger than 1 MiB and no configuration file.`]);
    return parseConfigFile(readFileSync(filePath, 'utf8'), shownName);
  } catch (error) {
    return failed([`${shownName} cannot be read: ${readFailure(error)}.`]);
  }
}

function readFailure(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'permission denied';
  return error instanceof Error ? error.message : String(error);
}

function failed(problems: readonly string[]): ConfigFile {
  return { values: new Map(), models: undefined, aliases: undefined, placeOf: () => '', problems };
}

/** The same for a text already read. */
export function parseConfigFile(text: string, shownName: string): ConfigFile {
  const { isMap, isScalar, LineCounter, parseDocument } = loadYaml();
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const placeAt = (offset: number): string => `${shownName}:${String(lineCounter.linePos(offset).line)}`;
  if (document.errors.length > 0) {
    return failed(
      document.errors.map((error) => `${placeAt(error.pos[0])}: ${yamlFault(error.code, error.message)}`),
    );
  }
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return noConfigFile;
  if (!isMap(root)) return failed([`${shownName}:1: the file must be settings such as "port: 4747".`]);

  const content = readContent(() => document.toJS({ maxAliasCount: 100 }));
  if (content === undefined)
    return failed([`${shownName}: the file repeats itself through anchors too often.`]);

  const values = new Map<FieldPath, FileValue>();
  const problems: string[] = [];
  const placeOf = (path: readonly PropertyKey[]): string => placeAt(offsetOf(root, path));
  const visit = (prefix: string, object: Record<string, unknown>, siblings: readonly string[]): void => {
    for (const [name, raw] of Object.entries(object)) {
      const fullName = prefix + name;
      const place = placeOf(fullName.split('.'));
      const field = fieldsByYamlName.get(fullName);
      if (field !== undefined) {
        if (raw !== null && raw !== undefined) values.set(field.path, { raw, place });
      } else if (prefix === '' && sections.has(name)) {
        if (isRecord(raw)) visit(`${name}.`, raw, sectionNames(name));
        else if (raw !== null)
          problems.push(
            `${place}: ${name} must hold settings such as ${name}.${sectionNames(name)[0] ?? ''}.`,
          );
      } else if (prefix !== '' || (name !== 'models' && name !== 'aliases')) {
        problems.push(`${place}: unknown setting ${fullName}.${suggest(prefix, name, siblings)}`);
      }
    }
  };
  visit('', content, topNames);
  const part = (name: string): FileValue | undefined =>
    content[name] === undefined || content[name] === null
      ? undefined
      : { raw: content[name], place: placeOf([name]) };
  return { values, models: part('models'), aliases: part('aliases'), placeOf, problems };
}

function yamlFault(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'the same setting stands twice.';
  const sentence = message.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return `this is not YAML: ${sentence}.`;
}

function readContent(read: () => unknown): Record<string, unknown> | undefined {
  try {
    const content = read();
    return isRecord(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sectionNames(section: string): readonly string[] {
  const prefix = `${section}.`;
  return configFields.flatMap(({ yamlName }) =>
    yamlName.startsWith(prefix) ? [yamlName.slice(prefix.length)] : [],
  );
}

/** The likeliest meaning: a sibling spelled alike, or the same name in another section. */
function suggest(prefix: string, name: string, siblings: readonly string[]): string {
  const near = nearestName(name, siblings);
  const elsewhere = configFields.find(
    ({ yamlName }) => yamlName.split('.').at(-1) === name || yamlName.replaceAll('.', '_') === name,
  );
  const meant = near === undefined ? elsewhere?.yamlName : prefix + near;
  return meant === undefined
    ? ` ${prefix === '' ? 'Settings' : `In ${prefix.slice(0, -1)}`} are: ${siblings.join(', ')}.`
    : ` Did you mean ${meant}?`;
}

/** Where the deepest existing node of a path starts. Keys are compared as text, since `512:` is a number to YAML. */
function offsetOf(root: Yaml.YAMLMap, path: readonly PropertyKey[]): number {
  const { isMap, isScalar } = loadYaml();
  let offset = root.range?.[0] ?? 0;
  let node: unknown = root;
  for (const name of path) {
    if (!isMap(node)) break;
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(name));
    if (pair === undefined) break;
    if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
    node = pair.value;
  }
  return offset;
}
