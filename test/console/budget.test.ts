import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../../dist/web');

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly isDynamicEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}
const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, Chunk>;

/** Everything that a chunk needs before it runs. */
const withImports = (name: string): Chunk[] => {
  const chunk = manifest[name];
  return chunk === undefined ? [] : [chunk, ...(chunk.imports ?? []).flatMap(withImports)];
};
const gzipped = (file: string): number => {
  try {
    return readFileSync(join(folder, `${file}.gz`)).length;
  } catch {
    return readFileSync(join(folder, file)).length;
  }
};
const sizesOf = (
  name: string,
): { readonly script: Map<string, number>; readonly style: Map<string, number> } => {
  const chunks = withImports(name);
  return {
    script: new Map(chunks.map(({ file }) => [file, gzipped(file)])),
    style: new Map(chunks.flatMap(({ css = [] }) => css).map((file) => [file, gzipped(file)])),
  };
};
const sum = (sizes: Map<string, number>): number =>
  [...sizes.values()].reduce((whole, size) => whole + size, 0);

const [entry = ''] = Object.keys(manifest).filter((name) => manifest[name]?.isEntry);
const first = sizesOf(entry);

test('the first load is at most 120 KB of script and 12 KB of style, compressed', () => {
  expect(sum(first.script)).toBeLessThanOrEqual(120_000);
  expect(sum(first.style)).toBeLessThanOrEqual(12_000);
});

test.each(Object.keys(manifest).filter((name) => manifest[name]?.isDynamicEntry))(
  'what %s needs beside it is at most 40 KB',
  (name) => {
    const own = sizesOf(name);
    for (const file of first.script.keys()) own.script.delete(file);
    expect(sum(own.script)).toBeLessThanOrEqual(40_000);
  },
);
