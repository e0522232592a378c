import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { generatedPages, stalePages } from '../../docs/generate.ts';
import { errorCatalogue } from '../../src/kernel/error-catalogue.ts';
import { anchors, linkTargets, markdownFiles, repository } from './markdown-files.ts';

const files = markdownFiles();
const readme = files.find(({ path }) => path === 'README.md')?.text ?? '';

test('pages written from the code say what the code says now', async () => {
  expect(await stalePages()).toEqual([]);
});

test('every error of the catalogue has exactly one line in docs/errors.md, and its place on the map', async () => {
  const errors = (await generatedPages['errors.md']?.()) ?? '';
  const map = (await generatedPages['map.md']?.()) ?? '';
  for (const [code, { help, status }] of Object.entries(errorCatalogue)) {
    const lines = errors.split('\n').filter((line) => line.includes(`<a id="${code}"></a>`));
    expect(lines, code).toHaveLength(1);
    expect(lines[0], code).toContain(help);
    expect(map, code).toContain(`[${status} \`${code}\`](errors.md#${code})`);
  }
});

test('every endpoint of the API page has a request that can be pasted and its answer', () => {
  const api = files.find(({ path }) => path === 'docs/api.md')?.text ?? '';
  const endpoints = [...api.matchAll(/^\| \[`([A-Z]+ [^`]+)`\]/gm)].map(([, title = '']) => title);
  const bare = endpoints.filter((title) => {
    const section = api.split(`\n### ${title}\n`)[1]?.split('\n### ')[0] ?? '';
    return !/```sh\n.*\bcurl [^]*```http\nHTTP\/1\.1 /.test(section);
  });
  expect(bare).toEqual([]);
  expect(endpoints.length).toBeGreaterThan(10);
});

test('no row of the API page leaves open what becomes of a field', () => {
  const api = files.find(({ path }) => path === 'docs/api.md')?.text ?? '';
  const tables = api.split('\n## ').find((section) => section.startsWith('Fields of a request\n')) ?? '';
  const rows = [...tables.matchAll(/^\| (`\w+`) \|(.*)\|$/gm)].map(([row]) =>
    row.split(/(?<!\\)\|/).map((cell) => cell.trim()),
  );
  expect(rows.length).toBeGreaterThan(20);
  for (const [, field, type, required, absent, , treatment, meaning] of rows) {
    for (const cell of [type, required, absent, treatment, meaning]) expect(cell, field).not.toBe('');
    expect(treatment, field).toMatch(/^(?:exact|nearest|best-effort|recorded|ignored)$/);
  }
});

test('every relative link of every page leads to a file, and to a place that is in it', () => {
  const broken = files.flatMap(({ path, text }) =>
    linkTargets(text)
      .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
      .filter((target) => !resolves(path, target))
      .map((target) => `${path}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test('every page of docs/ can be reached from the README by links', () => {
  const reached = new Set(['README.md']);
  for (const path of reached) {
    const text = files.find((file) => file.path === path)?.text ?? '';
    for (const target of linkTargets(text)) {
      const [file = ''] = target.split('#');
      const found = relative(repository, resolve(repository, dirname(path), file));
      if (files.some((known) => known.path === found)) reached.add(found);
    }
  }
  const lost = files.map(({ path }) => path).filter((path) => path.startsWith('docs/') && !reached.has(path));
  expect(lost).toEqual([]);
});

test('the README names only commands and scripts that exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const run = [...readme.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => name);
  expect(run.filter((name) => scripts[name] === undefined)).toEqual([]);
  expect(run.length).toBeGreaterThan(0);
});

function resolves(from: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? join(repository, from) : resolve(repository, dirname(from), decodeURI(path));
  if (!existsSync(file)) return false;
  if (anchor === undefined || statSync(file).isDirectory() || !file.endsWith('.md')) return true;
  return anchors(readFileSync(file, 'utf8')).has(anchor);
}
