import { expect, test } from 'vitest';
import { importDistance } from './import-distance.ts';

test.each([
  ['itself', 'src/bytes/json-scanner.ts', 'src/bytes/json-scanner.ts', 0],
  ['what it imports', 'src/bytes/json-scanner.test.ts', 'src/bytes/json-scanner.ts', 1],
  ['what that imports', 'test/mutants/plan.ts', 'test/mutants/syntax.ts', 2],
  ['what it never gets to', 'src/bytes/json-scanner.ts', 'src/bytes/json-scanner.test.ts', Infinity],
  ['what it has a type of alone', 'test/mutants/report.ts', 'test/mutants/plan.ts', Infinity],
])('the distance to %s', (_what, from, to, distance) => {
  expect(importDistance(from, to)).toBe(distance);
});
