import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { anchors, linkTargets, markdownFiles, projectFiles, repository, sections } from './markdown-files.ts';

const code = projectFiles(['.ts', '.mjs', '.js', '.sh', '.py', '.go', '.rs']);
const pages = markdownFiles();
const contracts = pages.filter(
  ({ path }) => path.startsWith('docs/contracts/') && !path.endsWith('/README.md'),
);
const marks = ['`vendor`', '`source`', '`public`', '`measured`', '`inferred`'];

/** A page of docs/ named from the root, and perhaps a place in it. */
const citation = /(?<![\w./-])docs\/[\w./-]+\.md(?:#[\w-]+)?/g;

test('every page of docs/ that a file names exists, and so does the section', () => {
  const broken = [...code, ...pages].flatMap(({ path, text }) =>
    citationsIn(text)
      .filter((target) => !exists(target))
      .map((target) => `${path}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test('code that leans on a contract names the section', () => {
  const vague = code.flatMap(({ path, text }) =>
    citationsIn(text)
      .filter((target) => target.startsWith('docs/contracts/') && !target.includes('#'))
      .map((target) => `${path}: ${target}`),
  );
  expect(vague).toEqual([]);
});

test('nothing cites a document that is not here', () => {
  const lost = [...code, ...pages].flatMap(({ path, text }) =>
    strayCitations(text).map((found) => `${path}: ${found}`),
  );
  expect(lost).toEqual([]);
});

test('a section of a contract is cited, or says that it is background', () => {
  const cited = new Set([
    ...code.flatMap(({ text }) => citationsIn(text)),
    ...pages.flatMap(linkedContracts),
  ]);
  const wrong = contracts.flatMap(({ path, text }) =>
    sections(text)
      .filter(
        (section) => cited.has(`${path}#${section.anchor}`) === section.text.startsWith('*Background.*'),
      )
      .map(({ anchor }) => `${path}#${anchor}`),
  );
  expect(wrong).toEqual([]);
});

test('every fact of a contract says how sure it is', () => {
  const rows = contracts.flatMap(({ path, text }) => tableRows(text).map((row) => `${path}: ${row}`));
  expect(rows.filter((row) => !marks.some((mark) => row.includes(mark)))).toEqual([]);
  expect(rows.length).toBeGreaterThan(100);
});

function citationsIn(text: string): string[] {
  return [...text.matchAll(citation)].map(([target]) => target);
}

/** Standards may be cited by the number of a section; pages that a reader of this repository does not have may not. */
function strayCitations(text: string): string[] {
  const flat = text.replaceAll(/\n\s*(?:\*|\/\/|#)?\s*/g, ' ');
  const numbered = [...flat.matchAll(/.{0,30}(?:\bsections? |§ ?)\d[\d.]*/gi)].map(([found]) => found);
  const unnamed = [
    ...flat.matchAll(/[(]reference: .{0,30}|\b[a-z-]+-contract\b(?!\.test)|\bclient[-]compatibility\b/g),
  ];
  return [
    ...numbered.filter((found) => !/\b(?:RFC \d+|specification),? sections? \S+$/.test(found)),
    ...unnamed.map(([found]) => found),
  ];
}

function exists(target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = join(repository, path);
  return existsSync(file) && (anchor === undefined || anchors(readFileSync(file, 'utf8')).has(anchor));
}

/** The sections of contracts that a page of docs/ links to; the contracts' own links do not count. */
function linkedContracts({ path, text }: { path: string; text: string }): string[] {
  if (path.startsWith('docs/contracts/')) return [];
  return linkTargets(text).flatMap((target) => {
    const [file = '', anchor] = target.split('#');
    const found = relative(repository, resolve(repository, dirname(path), file));
    return anchor !== undefined && found.startsWith('docs/contracts/') ? [`${found}#${anchor}`] : [];
  });
}

/** The lines of tables, without their heads. */
function tableRows(text: string): string[] {
  const lines = text.split('\n');
  return lines.filter(
    (line, index) =>
      line.startsWith('|') && !/^\|[\s:|-]+\|$/.test(line) && !/^\|[\s:|-]+\|$/.test(lines[index + 1] ?? ''),
  );
}
