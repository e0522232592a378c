import { existsSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { isPage, repository, sitePath } from './pages.ts';

/** What is used of markdown-it and of its tokens; the site's packages are not those of the repository. */
interface Token {
  type: string;
  content: string;
  children: Token[] | null;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}

interface MarkdownIt {
  core: {
    ruler: {
      push(name: string, rule: (state: { tokens: Token[]; env: Environment }) => void): void;
    };
  };
}

interface Environment {
  /** The file on the disk. */
  readonly path?: string;
  readonly realPath?: string;
}

/**
 * Lets links that are right in the repository be right on the site: a README is its folder's first page, and a file that
 * is no page is opened as the file that lies beside the pages.
 */
export function followLinks(markdown: MarkdownIt): void {
  markdown.core.ruler.push('follow-links', ({ tokens, env }) => {
    const file = env.realPath ?? env.path;
    if (file !== undefined) for (const token of tokens) follow(token, dirname(file));
  });
}

function follow(token: Token, folder: string): void {
  if (token.type === 'html_block' || token.type === 'html_inline') {
    // Without the dot a path in HTML is not taken for a file of ours.
    token.content = token.content.replaceAll(/(<img\b[^>]*\ssrc=")(?![./]|[a-z]+:)/g, '$1./');
  }
  let leadsNowhere = false;
  for (const child of token.children ?? []) {
    follow(child, folder);
    if (child.type === 'link_open') leadsNowhere = !lead(child, folder);
    if (leadsNowhere && child.type.startsWith('link_')) child.type = 'text';
  }
}

/** Leads a link to where the site has what it names; false for a folder without a page, which no web server shows. */
function lead(link: Token, folder: string): boolean {
  const [, path = '', anchor = ''] = /^([^#]*)(#.*)?$/.exec(link.attrGet('href') ?? '') ?? [];
  if (path === '' || /^(?:[a-z][a-z+.-]*:|\/)/i.test(path)) return true;
  const target = relative(repository, resolve(folder, decodeURI(path))).replaceAll('\\', '/');
  const file = resolve(repository, target);
  if (isPage(target)) {
    link.attrSet('href', sitePath(path) + anchor);
  } else if (isPage(`${target}/README.md`)) {
    link.attrSet('href', `${path.replace(/\/$/, '')}/index.md${anchor}`);
  } else if (existsSync(file)) {
    if (statSync(file).isDirectory()) return false;
    link.attrSet('href', servedName(path) + anchor);
    link.attrSet('target', '_blank');
  }
  return true;
}

/** The name under which a file that is no page is served: web servers take `.ts` for a film. */
export function servedName(path: string): string {
  return path.endsWith('.ts') ? `${path}.txt` : path;
}
