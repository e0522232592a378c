import { posix } from 'node:path';
import { pages, pageText, sitePath } from './pages.ts';

/** A page in the list of contents. */
export interface Entry {
  readonly title: string;
  /** The page, below the repository. */
  readonly path: string;
  /** What the list says of it. */
  readonly note: string;
}

/** A part of the list of contents. */
export interface Section {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** The contents as docs/README.md lists them, and the pages that lie beside docs/. */
export function contents(): readonly Section[] {
  const sections: { title: string; entries: Entry[] }[] = [];
  for (const line of pageText('docs/README.md').split('\n')) {
    const title = /^(For .+):$/.exec(line)?.[1];
    if (title !== undefined) sections.push({ title, entries: [] });
    if (line.startsWith('- ')) sections.at(-1)?.entries.push(...entries(line, 'docs'));
  }
  return sections;
}

/** The pages that one line of a list names; the note belongs to a line that names one. */
function entries(line: string, folder: string): Entry[] {
  const links = [...line.matchAll(/\[([^\]]+)\]\(([^)#]+\.md)\)/g)];
  const note = links.length === 1 ? (/\)[:,]?\s*(.*?)\.?$/.exec(line)?.[1] ?? '') : '';
  return links.map(([, title = '', target = '']) => ({
    title: title.slice(0, 1).toUpperCase() + title.slice(1),
    path: posix.join(folder, target),
    note,
  }));
}

/** Every page in reading order: the README, the contents, and what they do not name. */
export function readingOrder(): readonly string[] {
  const listed = contents().flatMap(({ entries }) => entries.map(({ path }) => path));
  return [...new Set(['README.md', 'docs/README.md', ...listed, ...pages])];
}

interface Item {
  readonly text: string;
  readonly link: string;
}

interface Group {
  readonly text: string;
  readonly items: readonly (Item | Group)[];
  readonly collapsed: boolean;
}

/** The list of contents as the side bar; decisions and contracts fold out below their entry. */
export function sidebar(): Group[] {
  return contents().map(({ title, entries }) => ({
    text: title,
    collapsed: false,
    items: entries.map((entry) => {
      const item = { text: entry.title, link: link(entry.path) };
      const below = entry.path.endsWith('/README.md') ? children(entry.path) : [];
      return below.length === 0 ? item : { ...item, items: below, collapsed: true };
    }),
  }));
}

function children(readme: string): Item[] {
  const folder = posix.dirname(readme);
  const listed = pageText(readme)
    .split('\n')
    .filter((line) => line.startsWith('- '))
    .flatMap((line) => entries(line, folder))
    .filter(({ path }) => posix.dirname(path) === folder);
  return listed.map(({ title, path }) => ({ text: title, link: link(path) }));
}

/** What stands above every page. */
export function navigation(): Item[] {
  return [
    { text: 'Start', link: '/' },
    { text: 'Documentation', link: link('docs/README.md') },
    { text: 'Examples', link: link('examples/README.md') },
    { text: 'Changes', link: link('CHANGELOG.md') },
  ];
}

function link(path: string): string {
  return `/${sitePath(path).replace(/(?:index)?\.md$/, '')}`;
}
