import { copyFileSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { linkTargets } from '../../test/docs/markdown-files.ts';
import { contents, readingOrder } from './contents.ts';
import { servedName } from './follow-links.ts';
import { isPage, pages, pageText, repository } from './pages.ts';

/**
 * Puts beside the built pages what is read without a browser: every page as Markdown, the files that pages link to,
 * `llms.txt`, which lists the pages, and `llms-full.txt`, which holds them.
 */
export function writeTexts(site: string): void {
  for (const path of new Set([...pages, ...linkedFiles()])) {
    for (const name of new Set([path, servedName(path)])) {
      mkdirSync(dirname(join(site, name)), { recursive: true });
      copyFileSync(join(repository, path), join(site, name));
    }
  }
  writeFileSync(join(site, 'llms.txt'), llmsText());
  writeFileSync(join(site, 'llms-full.txt'), llmsFullText());
}

function linkedFiles(): string[] {
  return pages.flatMap((page) =>
    linkTargets(pageText(page))
      .filter((target) => !/^(?:[a-z][a-z+.-]*:|#)/i.test(target))
      .map((target) => posix.join(posix.dirname(page), decodeURI(target.replace(/#.*$/, ''))))
      .filter((path) => !path.startsWith('../') && !isPage(path))
      .filter((path) => existsSync(join(repository, path)) && statSync(join(repository, path)).isFile()),
  );
}

/** The list of the pages for language models; the addresses count from where it lies. */
export function llmsText(): string {
  const summary = /^# Plantain\n\n(.+?)\n\n/s.exec(pageText('README.md'))?.[1] ?? '';
  const sections = contents().map(({ title, entries }) => {
    const lines = entries.map(({ title, path, note }) => `- [${title}](${path})${note && `: ${note}`}`);
    return `## ${title}\n\n${lines.join('\n')}\n`;
  });
  const start = '- [README](README.md): the first picture, and the whole in a few pages\n';
  const whole = '- [Everything](llms-full.txt): these pages in one file\n';
  const more = '## Optional\n\n- [Examples](examples/README.md)\n- [Changes](CHANGELOG.md)\n';
  return [`# Plantain\n\n> ${summary.replaceAll('\n', ' ')}\n\n${start}${whole}`, ...sections, more].join(
    '\n',
  );
}

function llmsFullText(): string {
  return readingOrder()
    .map((path) => `<!-- ${path} -->\n\n${pageText(path).trim()}\n`)
    .join('\n');
}
