import { expect, test } from 'vitest';
import { unreadable } from './setting-path.ts';
import { parseYaml } from './parse-yaml.ts';

const parse = (text: string, env: Record<string, string> = {}) => parseYaml(text, env);
const faultsOf = (text: string, env: Record<string, string> = {}): string[] =>
  parse(text, env).faults.map(({ line, problem }) => `${String(line)}: ${problem}`);

test.each([
  ['${A}', 'one'],
  ['x${A}y${A}z', 'xoneyonez'],
  ['${MISSING:-two}', 'two'],
  ['${EMPTY:-two}', 'two'],
  ['${A:-two}', 'one'],
  ['${MISSING:-a: b}', 'a: b'],
  ['${MISSING:-}', null],
  ['$${A}', '${A}'],
  ['$$${A}', '$${A}'],
  ['$A and $', '$A and $'],
  ['${under_score1}', 'low'],
  ['${LOOKS}', '${A}'],
])('variables in %j give %j', (text, expected) => {
  const env = { A: 'one', EMPTY: '', under_score1: 'low', LOOKS: '${A}' };
  expect(parse(`k: "${text}"`, env)).toMatchObject({ value: { k: expected }, faults: [] });
});

test('names of settings and models are left as they are', () => {
  expect(parse('"${A}": 1', { A: 'x' }).value).toEqual({ '${A}': 1 });
});

test.each(['${', '${}', '${A', '${1}', '${A-b}', '${A:?b}', '${a b}', '${__proto__.x}'])(
  'what is no variable is told without being repeated: %j',
  (text) => {
    expect(faultsOf(`a: 1\nk: "hunter2 ${text}"`, { A: 'x' })).toEqual([
      '2: a "${" names no variable: write ${NAME}, ${NAME:-default}, or $${ for "${" itself.',
    ]);
  },
);

test('a variable that is not there is a fault in its line, also one that every object seems to have', () => {
  const { value, faults } = parse('a:\n  - ${NOWHERE}\nb: ${constructor}\nc: ${EMPTY}', { EMPTY: '' });
  expect(faults).toEqual([
    { line: 2, problem: 'the environment variable NOWHERE is not set, or empty.' },
    { line: 3, problem: 'the environment variable constructor is not set, or empty.' },
    { line: 4, problem: 'the environment variable EMPTY is not set, or empty.' },
  ]);
  expect(value).toEqual({ a: [unreadable], b: unreadable, c: unreadable });
});

test('every place has its line, in lists, flows and behind aliases', () => {
  const { lines } = parse(
    'a: 1\n\nlist:\n  - x: 1\n    y: 2\n  -\n    x: 3\nflow: { b: [1,\n 2] }\n512: 4\n',
  );
  expect(Object.fromEntries(lines)).toMatchObject({
    a: 1,
    list: 3,
    'list[0].x': 4,
    'list[0].y': 5,
    'list[1].x': 7,
    'flow.b[1]': 9,
    '512': 10,
  });
});

test('a fault of the syntax repeats nothing of the text', () => {
  for (const text of [
    'k: |hunter2',
    'k: *hunter2',
    'k: "hunter2" hunter2',
    'k: {hunter2',
    'k: @hunter2',
    'k: hunter2: x',
  ]) {
    expect(faultsOf(`a: 1\n${text}`), text).not.toEqual([]);
    expect(faultsOf(`a: 1\n${text}`).join(), text).not.toContain('hunter2');
  }
  expect(faultsOf('a: 1\nb: *c')).toEqual(['2: a "*" names an anchor that is not defined above.']);
});

test('a text that explodes or goes too deep is refused, not worked through', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level++) {
    const above = String.fromCharCode(96 + level);
    const name = String.fromCharCode(97 + level);
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${above}`).join(', ')}]`);
  }
  expect(faultsOf(bomb.join('\n'))).toEqual(['1: the file repeats itself through anchors too often.']);
  expect(faultsOf('['.repeat(100_000)).length).toBeLessThanOrEqual(20);
  expect(parse('['.repeat(100_000)).value).toBeUndefined();
});
