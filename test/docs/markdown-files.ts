import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '../..');
const skipped = new Set(['node_modules', 'dist', 'out', 'data', 'coverage']);

export interface ProjectFile {
  /** Below the repository. */
  readonly path: string;
  readonly text: string;
}

/** Every Markdown file of the project, also those not committed yet. */
export function markdownFiles(): ProjectFile[] {
  return projectFiles(['.md']);
}

/** Every file of the project whose name ends so. */
export function projectFiles(endings: readonly string[], directory = repository): ProjectFile[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      return skipped.has(entry.name) || entry.name.startsWith('.') ? [] : projectFiles(endings, path);
    }
    if (!endings.some((ending) => entry.name.endsWith(ending))) return [];
    return [{ path: relative(repository, path).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }];
  });
}

/** The targets of links and pictures outside code, in Markdown and in HTML. */
export function linkTargets(text: string): string[] {
  const prose = withoutCode(text);
  return [
    ...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g),
    ...prose.matchAll(/\b(?:href|src)="([^"]+)"/g),
  ].flatMap(([, target]) => target ?? []);
}

/** A heading of the second level, by the name it is jumped to, and the text below it. */
export interface Section {
  readonly anchor: string;
  readonly text: string;
}

export function sections(text: string): Section[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return { anchor: slug(part.slice(0, end)), text: part.slice(end).trim() };
    });
}

/** The names that a page can be jumped to by, as GitHub makes them from headings. */
export function anchors(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  const count = new Map<string, number>();
  for (const [, heading = ''] of withoutFences(text).matchAll(/^#{1,6}\s+(.+)$/gm)) {
    const name = slug(heading);
    const earlier = count.get(name) ?? 0;
    count.set(name, earlier + 1);
    found.add(earlier === 0 ? name : `${name}-${earlier}`);
  }
  for (const [, id = ''] of text.matchAll(/<a id="([^"]+)">/g)) found.add(id);
  return found;
}

function slug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

function withoutFences(text: string): string {
  return text.replaceAll(/^(`{3,}).*?^\1\s*$/gms, '');
}

function withoutCode(text: string): string {
  return withoutFences(text)
    .replaceAll(/\[`[^`\n]*`\]/g, '[code]')
    .replaceAll(/`[^`\n]*`/g, '');
}
