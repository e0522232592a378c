import { z } from 'zod';
import { nearestName } from '../kernel/nearest-name.ts';
import { imageSizes } from '../journey/catalogue-model.ts';
import {
  type CatalogueChanges,
  type ModelChange,
  modelChangeSchema,
  noCatalogueChanges,
} from './catalogue-changes.ts';
import { type ConfigFile, isRecord } from './config-file.ts';

const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const fieldNames = Object.keys(modelChangeSchema.shape).map(snakeCase);
const priceNames = ['input', 'text_output', 'image_output'];

/** Only field names change their spelling: sizes such as `1K` are the same in the file. */
const spelledInFile = (name: string): string =>
  [...fieldNames, ...priceNames].includes(snakeCase(name)) ? snakeCase(name) : name.trim();

/** Checks the shape of the file's `models` and `aliases`; every fault is a line with its place. */
export function readCatalogueChanges(file: ConfigFile): {
  changes: CatalogueChanges;
  problems: readonly string[];
} {
  const problems: string[] = [];
  const models: Record<string, ModelChange> = {};
  for (const [id, entry] of entriesOf(
    file,
    'models',
    'model ids, each with the fields to change',
    problems,
  )) {
    const result = modelChangeSchema.safeParse(camelEntry(entry));
    if (result.success) models[id] = result.data;
    else problems.push(...result.error.issues.flatMap((issue) => plainIssue(file, ['models', id], issue)));
  }
  const aliases: Record<string, string> = {};
  for (const [name, target] of entriesOf(file, 'aliases', 'names, each with a model id', problems)) {
    if (typeof target === 'string' && target.trim() !== '') aliases[name] = target.trim();
    else problems.push(`${file.placeOf(['aliases', name])}: aliases.${name} must be a model id.`);
  }
  return { changes: problems.length > 0 ? noCatalogueChanges : { models, aliases }, problems };
}

function entriesOf(
  file: ConfigFile,
  name: 'models' | 'aliases',
  expected: string,
  problems: string[],
): [string, unknown][] {
  const part = file[name];
  if (part === undefined) return [];
  if (isRecord(part.raw)) return Object.entries(part.raw);
  problems.push(`${part.place}: ${name} must hold ${expected}.`);
  return [];
}

/** The file writes snake_case; the catalogue's data is camelCase. camelCase in the file is unknown, not a second way. */
function camelEntry(entry: unknown): unknown {
  if (!isRecord(entry)) return entry;
  return Object.fromEntries(
    Object.entries(entry).map(([name, value]) => [
      fieldNames.includes(name) ? camelCase(name) : name === snakeCase(name) ? name : ` ${name}`,
      name === 'micro_usd_per_million_tokens' && isRecord(value)
        ? Object.fromEntries(Object.entries(value).map(([price, amount]) => [camelCase(price), amount]))
        : value,
    ]),
  );
}

function plainIssue(file: ConfigFile, base: readonly string[], issue: z.core.$ZodIssue): string[] {
  const path = [
    ...base,
    ...issue.path.map((step) => (typeof step === 'string' ? spelledInFile(step) : step)),
  ];
  if (issue.code === 'unrecognized_keys') {
    const known = knownNames(path.slice(base.length));
    return issue.keys.map((key) => {
      const name = key.trim();
      const near = nearestName(snakeCase(name), known);
      const hint = near === undefined ? `Names there are: ${known.join(', ')}.` : `Did you mean ${near}?`;
      return `${file.placeOf([...path, name])}: unknown field ${[...path, name].map(String).join('.')}. ${hint}`;
    });
  }
  return [`${file.placeOf(path)}: ${path.map(String).join('.')} ${expectation(issue)}.`];
}

/** The names that may stand inside a group of a model's fields. */
function knownNames(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return fieldNames;
  if (path[0] === 'micro_usd_per_million_tokens') return priceNames;
  return imageSizes;
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
  record: 'a group of fields',
};

/** A zod issue as the end of a sentence. */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `must be ${typeWords[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small') {
    const text = issue.origin === 'array' || issue.origin === 'string';
    return text ? 'must not be empty' : `must be at least ${String(issue.minimum)}`;
  }
  if (issue.code === 'too_big') return `must be at most ${String(issue.maximum)}`;
  if (issue.code === 'invalid_key') {
    return issue.issues
      .map((inner) => expectation(inner).replace('must be', 'is no known name here: use'))
      .join('; ');
  }
  return issue.message;
}
