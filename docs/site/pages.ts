import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '../..');

/** The Markdown files that are pages of the site, below the repository. */
const patterns = [
  '*.md',
  'docs/*.md',
  'docs/contracts/*.md',
  'docs/decisions/*.md',
  'examples/*.md',
  'src/routing/*.md',
];

export const pages: readonly string[] = patterns
  .flatMap((pattern) => globSync(pattern, { cwd: repository }))
  .map((path) => path.replaceAll('\\', '/'))
  .sort();

const known = new Set(pages);

/** Whether a file is a page of the site. */
export function isPage(path: string): boolean {
  return known.has(path);
}

/** Where a page lies in the site: where it lies in the repository, but that a README is its folder's first page. */
export function sitePath(path: string): string {
  return path.replace(/(^|\/)README\.md$/, '$1index.md');
}

/** The text of a page. */
export function pageText(path: string): string {
  return readFileSync(join(repository, path), 'utf8');
}
