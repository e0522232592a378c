import { foreignWord } from '../../kernel/foreign-text.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { sentTwice } from './sent-twice.ts';

/** One field as the caller sent it. `path` is the caller's own spelling, for `param` and adaptations. */
export interface SentField {
  readonly path: string;
  readonly value: unknown;
}

/** Objects whose members count as if they stood at the top, in the spellings clients use. */
const wrappers = new Set(['image_config', 'extra_body', 'google', 'gemini', 'generation_config']);
const synonyms: ReadonlyMap<string, string> = new Map([
  ['resolution', 'image_size'],
  ['num_images', 'n'],
  ['number_of_images', 'n'],
]);
const maxWrapperDepth = 4;
/** Forms may have 200; no request that means something comes near. */
const maxFields = 256;
const maxNameCharacters = 100;

/**
 * Brings the fields of a JSON body or form under one name each: camelCase and snake_case, `resolution` for
 * `image_size`, and the wrappers `image_config{…}`, `extra_body{google{…}}`
 * (docs/contracts/clients.md#fields-and-spellings). Nulls and empty strings count as not sent. The same
 * field twice with different values is a 400.
 */
export function flattenFields(members: Iterable<readonly [string, unknown]>): Map<string, SentField> {
  const fields = new Map<string, SentField>();
  collect(members, '', 0, fields);
  return fields;
}

function collect(
  members: Iterable<readonly [string, unknown]>,
  prefix: string,
  depth: number,
  fields: Map<string, SentField>,
): void {
  for (const [key, value] of members) {
    if (value === null || value === undefined || value === '') continue;
    const path = `${prefix}${key}`;
    const name = key.length > maxNameCharacters ? key : nameOf(snakeCase(key), value);
    if (wrappers.has(name) && isPlainObject(value) && depth < maxWrapperDepth) {
      collect(Object.entries(value), `${path}.`, depth + 1, fields);
      continue;
    }
    const earlier = fields.get(name);
    if (earlier !== undefined && !isSameValue(earlier.value, value)) {
      throw sentTwice(path, earlier.path);
    }
    fields.set(name, { path, value });
    if (fields.size > maxFields) {
      const param = foreignWord(path);
      throw new PlantainError(
        'invalid_value',
        `At most ${maxFields} fields are read; '${param}' is one more.`,
        {
          param,
        },
      );
    }
  }
}

function snakeCase(key: string): string {
  if (!/[A-Z]/.test(key)) return key;
  return key.replaceAll(/[A-Z]/g, (letter, offset) => `${offset === 0 ? '' : '_'}${letter.toLowerCase()}`);
}

/** One name for a field; a `resolution` of pixels is a size. */
function nameOf(snake: string, value: unknown): string {
  if (snake === 'resolution' && typeof value === 'string' && /\d\s*[x×*]\s*\d/i.test(value)) return 'size';
  return synonyms.get(snake) ?? snake;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSameValue(left: unknown, right: unknown): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
