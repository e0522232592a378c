import { describe, expect, test } from 'vitest';
import { findMutants, mutated } from './find-mutants.ts';
import { namedGuards } from './named-guards.ts';
import { read } from './plan.ts';

/** Every change of a text, as the report tells it. */
const changes = (text: string): string[] => findMutants('x.ts', text).map(({ change }) => change);

describe('findMutants', () => {
  test.each<[string, string, readonly string[]]>([
    ['a condition', 'if (a < b) f();', ['a < b → true', 'a < b → false', '< → <=', 'f(); removed']],
    [
      'equality, which has no edge',
      'if (a === b) f();',
      ['a === b → true', 'a === b → false', 'f(); removed'],
    ],
    ['equality inside', 'const c = f(a === b);', ['=== → !==']],
    ['both sides', 'const c = f(a && b);', ['&& → ||']],
    ['a default', 'const c = f(a ?? b);', ['a ?? b → (a)']],
    ['an optional chain', 'const c = a?.b;', ['?. → .']],
    ['an optional call', 'a?.();', ['a?.(); removed', '?. removed']],
    ['arithmetic', 'const c = a + b * d;', ['+ → -', '* → /']],
    ['text, which is joined', 'const c = a + "b";', ['"b" → \'\'']],
    ['steps', 'a++; b -= 1;', ['a++; removed', 'a++ → a--', 'b -= 1; removed', '-= → +=', '1 → 0']],
    ['small numbers', 'const c = [0, 1, 7];', ['0 → 1', '1 → 0', '7 → 8']],
    [
      'large numbers, also as products',
      'const c = [250, 64 * 1024];',
      ['250 → 2500', '64 * 1024 → 64 * 1024 * 10'],
    ],
    ['flags and signs', 'const c = [true, !a, -b];', ['true → false', '!a → a', '-b → b']],
    [
      'words, but not sentences',
      "f('POST', 'It is too large.');",
      ["f('POST', 'It is too large.'); removed", "'POST' → ''"],
    ],
    ['errors', 'throw f();', ['throw f(); removed']],
    ['waiting', 'await f();', ['await f(); removed', 'await f() → f()']],
    ['waiting for what is the answer anyway', 'async function c() { return await f(); }', []],
    [
      'waiting where the failure is caught',
      'async function c() { try { return await f(); } catch {} }',
      ['await f() → f()'],
    ],
    ['answers', 'const c = () => a > b;', ['a > b → true', 'a > b → false', '> → >=']],
    [
      'methods',
      'const c = Math.min(a.slice(b), d.some(e));',
      ['min → max', 'a.slice(b) → a', 'some → every'],
    ],
    ['patterns', 'const c = /^a$/i;', ['/^a$/i → /a$/i', '/^a$/i → /^a/i', '/^a$/i → /^a$/']],
    ['loops', 'while (a) f();', ['a → false', 'f(); removed']],
  ])('%s', (_what, text, expected) => {
    expect(changes(text)).toEqual(expected);
  });

  test('types, names and imports are not broken: nothing runs them', () => {
    const text = [
      "import { a } from 'b';",
      "import type { C } from 'd';",
      "export interface E { readonly kind: 'f'; readonly size: 250 }",
      "type G = 'h' | 'i';",
      "const j = { 'k': l };",
    ].join('\n');
    expect(changes(text)).toEqual([]);
  });

  test('a mutant tells where it is, and is the text with one change', () => {
    const text = 'f();\n  if (a) g();\n';
    const [, always] = findMutants('src/x.ts', text);
    expect(always).toMatchObject({ file: 'src/x.ts', line: 2, lineText: 'if (a) g();' });
    expect(mutated(text, always!)).toBe('f();\n  if (true) g();\n');
  });

  test('what would not be TypeScript any more is left out', () => {
    expect(changes('const c = a || (b ?? d);')).toEqual(['|| → &&', 'b ?? d → (b)']);
  });
});

test('every named guard stands in its file, once', () => {
  const lost = namedGuards.filter(({ file, from }) => read(file).split(from).length !== 2);
  expect(lost).toEqual([]);
});
