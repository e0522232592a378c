import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const folder = resolve(import.meta.dirname, '../../web/src');
const texts = new Map(
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path, 'utf8')] as const),
);
const isCatalogue = (path: string): boolean => /\/words\/(?:\w+-)?words\.ts$/.test(path);
const textOf = (path: string): string => texts.get(path) ?? '';
const keysOf = (path: string): string[] =>
  [...textOf(path).matchAll(/^ {2}'([\w. ]+)':/gm)].map(([, key = '']) => key);
const allKeys = new Set([...texts.keys()].filter(isCatalogue).flatMap(keysOf));

/** What is there once this file is: those it imports, at once or later, and those that they do. Types are not there, nor are the pages of the router. */
function closureOf(path: string, known = new Set<string>()): Set<string> {
  if (known.has(path)) return known;
  known.add(path);
  for (const [, names = '', specifier = ''] of textOf(path).matchAll(
    /^(?:import|export) (?!type )([^;]*?from )?'(\.[^']+)';/gm,
  ))
    if (!/^\{ (?:type \w+,? ?)+\} from $/.test(names)) closureOf(resolve(path, '..', specifier), known);
  if (!path.endsWith('router.tsx'))
    for (const [, specifier = ''] of textOf(path).matchAll(/import\('(\.[^']+)'\)/g))
      closureOf(resolve(path, '..', specifier), known);
  return known;
}

/** The keys that a file may say: those it spells out, and all of a group whose end it fills in. */
function said(path: string): string[] {
  const text = textOf(path);
  const literal = [...text.matchAll(/['"]([\w. ]+)['"]/g)].map(([, key = '']) => key);
  const counted = [...text.matchAll(/sayCount\('([\w. ]+)'/g)].map(([, stem = '']) => stem);
  const groups = [
    ...[...text.matchAll(/sayValue\('([\w. ]+)'/g)].map(([, group = '']) => group),
    ...[...text.matchAll(/say\(`([\w. ]+)\.\$\{/g)].map(([, group = '']) => group),
  ];
  return [...allKeys].filter(
    (key) =>
      literal.includes(key) ||
      counted.some((stem) => key === `${stem}.one` || key === `${stem}.other`) ||
      groups.some((group) => key.startsWith(`${group}.`)),
  );
}

const first = closureOf(join(folder, 'main.tsx'));
const pages = [...textOf(join(folder, 'router.tsx')).matchAll(/import\('(\.[^']+)'\)/g)].map(
  ([, specifier = '']) => specifier,
);

test.each(['./main.tsx', ...pages])('%s brings every word that it says', (page) => {
  const there = new Set([...first, ...closureOf(resolve(folder, page))]);
  const brought = new Set([...there].filter(isCatalogue).flatMap(keysOf));
  const missing = [...there]
    .filter((path) => !isCatalogue(path))
    .flatMap((path) => said(path).filter((key) => !brought.has(key)));
  expect(pages.length).toBeGreaterThan(10);
  expect(brought.size).toBeGreaterThan(30);
  expect(missing).toEqual([]);
});

test('no word stands in the catalogue that nobody says, and none twice', () => {
  const everySaid = new Set([...texts.keys()].filter((path) => !isCatalogue(path)).flatMap(said));
  expect([...allKeys].filter((key) => !everySaid.has(key))).toEqual([]);
  expect([...texts.keys()].filter(isCatalogue).flatMap(keysOf).length).toBe(allKeys.size);
});

test('no file of the console passes 300 lines', () => {
  const long = [...texts].filter(([, text]) => text.split('\n').length - 1 > 300);
  expect(long.map(([path]) => path)).toEqual([]);
});
