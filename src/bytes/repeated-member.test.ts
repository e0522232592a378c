import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editPaths } from '../openai/images/request-paths.ts';
import { JsonScanner } from './json-scanner.ts';
import { RepeatedMemberError } from './repeated-member.ts';

/** The path of the member that a document is refused for; undefined for one that is read. */
function refusedFor(text: string): string | undefined {
  const scanner = new JsonScanner(editPaths);
  scanner.push(Buffer.from(text));
  try {
    scanner.end({ once: true });
    return undefined;
  } catch (error) {
    if (error instanceof RepeatedMemberError) return error.path;
    throw error;
  }
}

test.each([
  ['{"prompt":"x","n":1,"n":10}', 'n'],
  ['{"n":1,"\\u006e":10}', 'n'],
  ['{"a{\\"b":"}],:","a{\\"b":"\\\\"}', 'a{"b'],
  ['{"extra_body":{"google":{"n":1,"x":[{}],"n":2}}}', 'extra_body.google.n'],
  ['{"images":["",{"image_url":"QUJD","image_url":"QUJE"}]}', 'images[1].image_url'],
  ['{"image":"QUJD","n":1,"image":"QUJE"}', 'image'],
  ['[[],[1,{"":[1],"":[1,2]}]]', '[1][1].'],
  ['\uFEFF{"__proto__":1,"__proto__":2}', '__proto__'],
  ['{"n":1,"n":{"a":1}}', 'n'],
])('%s says two things of %s, of which JSON.parse would keep the last', (text, path) => {
  expect(refusedFor(text)).toBe(path);
});

test.each([
  '{"n":1,"n" : 1 }',
  '{"x":{"a":[1]},"x":{"a":[1]}}',
  '{"a":{"n":1},"b":{"n":2}}',
  '[{"n":1},{"n":2}]',
  '{"a":"n","n":"a"}',
  '{}',
  '"n"',
])('%s says everything once', (text) => {
  expect(refusedFor(text)).toBeUndefined();
});

type Tree = string | readonly Tree[] | { readonly members: readonly (readonly [string, Tree])[] };

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('1', '2', 'null', '"a"', '"\\"},"', '""'),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'b', ',"}', '__proto__'), tie('tree')), { maxLength: 4 })
      .map((members) => ({ members })),
  ),
}));

function written(value: Tree): string {
  if (typeof value === 'string') return value;
  if ('members' in value)
    return `{${value.members.map(([name, inner]) => `${JSON.stringify(name)}: ${written(inner)}`).join(' , ')}}`;
  return `[ ${value.map(written).join(',')}]`;
}

/** Slow and plain: each member against each other of its object. */
function isAmbiguous(value: Tree): boolean {
  if (typeof value === 'string') return false;
  if (!('members' in value)) return value.some(isAmbiguous);
  const { members } = value;
  return members.some(
    ([name, inner]) =>
      isAmbiguous(inner) ||
      members.some((other) => other[0] === name && written(other[1]) !== written(inner)),
  );
}

test('exactly those documents are refused in which some object names a member twice with different values', () => {
  fc.assert(
    fc.property(tree, (value) => {
      expect(refusedFor(written(value)) !== undefined).toBe(isAmbiguous(value));
    }),
    { numRuns: 2000 },
  );
});
