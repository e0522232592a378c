import { expect, test } from 'vitest';
import { Affinity } from './affinity.ts';

test('a signature’s upstream is known again, the last one it came from', () => {
  const affinity = new Affinity();
  affinity.remember('s', 'a');
  affinity.remember('s', 'b');
  affinity.remember(undefined, 'c');
  expect([affinity.upstreamOf('s'), affinity.upstreamOf('other'), affinity.upstreamOf(undefined)]).toEqual([
    'b',
    undefined,
    undefined,
  ]);
});

test('of ten thousand conversations the one unused for longest is forgotten', () => {
  const affinity = new Affinity();
  for (let index = 0; index < 10_000; index++) affinity.remember(`s${index}`, 'a');
  expect(affinity.upstreamOf('s0')).toBe('a');
  affinity.remember('new', 'b');
  expect(['s0', 's1', 's2', 'new'].map((name) => affinity.upstreamOf(name))).toEqual([
    'a',
    undefined,
    'a',
    'b',
  ]);
});
