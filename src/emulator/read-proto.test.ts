import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messages } from './proto-schema.ts';
import { readProto } from './read-proto.ts';

/** Every place of the schema that holds a message: the path as sent and as Google names it. */
function messagePlaces(
  type = 'GenerateContentRequest',
  path: readonly string[] = [],
): { type: string; path: readonly string[] }[] {
  const inner = Object.entries(messages[type] ?? {}).flatMap(([name, spelled]) =>
    messages[spelled.replace('[]', '')] === undefined
      ? []
      : messagePlaces(spelled.replace('[]', ''), [...path, spelled.endsWith('[]') ? `${name}[0]` : name]),
  );
  return [{ type, path }, ...inner];
}

const places = messagePlaces();
const camel = (name: string): string =>
  name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Wraps a message in the messages above it, each name in either spelling. */
function wrap(path: readonly string[], message: unknown, spellCamel: boolean): unknown {
  return path.reduceRight<unknown>((value, step) => {
    const [, name = '', list] = /^(\w+)(\[0\])?$/.exec(step) ?? [];
    return { [spellCamel ? camel(name) : name]: list === undefined ? value : [value] };
  }, message);
}

test('an unknown name is refused at every depth, with the spelling sent and the path in snake_case', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...places),
      fc.stringMatching(/^[a-zA-Z]{1,12}$/),
      fc.boolean(),
      ({ type, path }, ending, spellCamel) => {
        const name = `zz${ending}`;
        const { violations } = readProto(
          'GenerateContentRequest',
          wrap(path, { [name]: 1 }, spellCamel),
          'v1',
        );
        const place = path.length === 0 ? '' : ` at '${path.join('.')}'`;
        const description = `Invalid JSON payload received. Unknown name "${name}"${place}: Cannot find field.`;
        expect([type, violations]).toEqual([type, [{ field: path.join('.'), description }]]);
      },
    ),
  );
});

test('camelCase and snake_case read as the same message', () => {
  fc.assert(
    fc.property(fc.constantFrom(...places), ({ path }) => {
      const asCamel = readProto('GenerateContentRequest', wrap(path, {}, true), 'v1');
      const asSnake = readProto('GenerateContentRequest', wrap(path, {}, false), 'v1');
      expect(asCamel).toEqual(asSnake);
      expect(asCamel.violations).toEqual([]);
    }),
  );
});

test('whatever JSON arrives, reading ends in a message or in violations and never throws', () => {
  const names = [
    'contents',
    'parts',
    'text',
    'inlineData',
    'data',
    'generationConfig',
    'imageConfig',
    'tools',
    'seed',
    '__proto__',
    'constructor',
  ];
  const { document } = fc.letrec((tie) => ({
    document: fc.oneof(
      { maxDepth: 6 },
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom(...names), tie('document')),
      fc.array(tie('document'), { maxLength: 3 }),
    ),
  }));
  fc.assert(
    fc.property(document, (value) => {
      const parsed = JSON.parse(JSON.stringify(value) ?? 'null') as unknown;
      const { violations } = readProto('GenerateContentRequest', parsed, 'v1beta');
      expect(violations.length).toBeLessThanOrEqual(100);
    }),
  );
});
