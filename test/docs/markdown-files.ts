import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '../..');
const skipped = new Set(['node_modules', 'dist', 'data', 'coverage']);

export interface MarkdownFile {
  /** Below the repository. */
  readonly path: string;
  readonly text: string;
}

/** Every Markdown file of the project, also those not committed yet. */
export function markdownFiles(directory = repository): MarkdownFile[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      return skipped.has(entry.name) || entry.name.startsWith('.') ? [] : markdownFiles(path);
    }
    if (!entry.name.endsWith('.md')) return [];
    return [{ path: relative(repository, path), text: readFileSync(path, 'utf8') }];
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

/** The names that a page can be jumped to by, as GitHub makes them from headings. */
export function anchors(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  const count = new Map<string, number>();
  for (const [, heading = ''] of withoutFences(text).matchAll(/^#{1,6}\s+(.+)$/gm)) {
    const slug = heading
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    const earlier = count.get(slug) ?? 0;
    count.set(slug, earlier + 1);
    found.add(earlier === 0 ? slug : `${slug}-${earlier}`);
  }
  for (const [, id = ''] of text.matchAll(/<a id="([^"]+)">/g)) found.add(id);
  return found;
}

function withoutFences(text: string): string {
  return text.replaceAll(/^(`{3,}).*?^\1\s*$/gms, '');
}

function withoutCode(text: string): string {
  return withoutFences(text)
    .replaceAll(/\[`[^`\n]*`\]/g, '[code]')
    .replaceAll(/`[^`\n]*`/g, '');
}
