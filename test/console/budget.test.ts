import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pageBytes, recordedFile } from './measure/page-bytes.ts';

const [first, ...others] = pageBytes();

test('the first load is at most 70 KB of script and 12 KB of style, compressed', () => {
  expect(first?.isFirst).toBe(true);
  expect(first?.script.gzip).toBeGreaterThan(40_000);
  expect(first?.script.gzip).toBeLessThanOrEqual(70_000);
  expect(first?.style.gzip).toBeLessThanOrEqual(12_000);
});

test('it has not grown by more than a fiftieth since somebody looked (npm run measure:console -- --only bytes --record)', () => {
  const recorded = JSON.parse(readFileSync(recordedFile, 'utf8')) as { script: number; style: number };
  expect(first?.script.gzip).toBeLessThanOrEqual(recorded.script * 1.02);
  expect(first?.style.gzip).toBeLessThanOrEqual(recorded.style * 1.02);
});

test.each(others.map((page) => [page.source, page] as const))(
  'what %s needs beside it is at most 40 KB, and its style 12 KB',
  (_source, { script, style }) => {
    expect(script.gzip).toBeGreaterThan(0);
    expect(script.gzip).toBeLessThanOrEqual(40_000);
    expect(script.brotli).toBeLessThanOrEqual(script.gzip);
    expect(style.gzip).toBeLessThanOrEqual(12_000);
  },
);
