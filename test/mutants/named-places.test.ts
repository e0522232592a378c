import { expect, test } from 'vitest';
import { equivalents } from './equivalents.ts';
import { namedGuards } from './named-guards.ts';
import { read } from './plan.ts';
import { rooms } from './rooms.ts';

const isMeasured = (file: string): boolean =>
  rooms.some(({ sources }) => sources.includes(file) || sources.includes(file.replace(/\/[^/]+$/, '')));

test.each(namedGuards)(
  '$file guards once, and where it is measured, that $guarantee',
  ({ file, from, to }) => {
    expect(read(file).split(from)).toHaveLength(2);
    expect(to).not.toBe(from);
    expect(isMeasured(file)).toBe(true);
  },
);

test.each(equivalents)('$file has the line that may be changed: $line', ({ file, line }) => {
  const lines = read(file).split('\n');
  expect(lines.map((one) => one.trim())).toContain(line);
  expect(isMeasured(file)).toBe(true);
});
