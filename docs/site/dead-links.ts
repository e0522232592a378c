import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every link, picture and script of the built pages that leads nowhere in the site, or to no place of its page. */
export function deadLinks(site: string, base: string): string[] {
  const places = new Map<string, ReadonlySet<string>>();
  return globSync('**/*.html', { cwd: site }).flatMap((page) => {
    const html = readFileSync(join(site, page), 'utf8');
    return [...new Set(targets(html))]
      .filter((target) => !/^(?:[a-z][a-z+.-]*:|\/\/)/i.test(target) && !leads(page, target))
      .map((target) => `${page}: ${target}`);
  });

  function leads(page: string, target: string): boolean {
    const { pathname, hash } = new URL(target, `http://site${base}${page.replaceAll('\\', '/')}`);
    if (!pathname.startsWith(base)) return false;
    const file = fileOf(decodeURI(pathname.slice(base.length)));
    if (file === undefined) return false;
    return hash === '' || !file.endsWith('.html') || placesOf(file).has(decodeURIComponent(hash.slice(1)));
  }

  /** As a plain web server finds it. */
  function fileOf(path: string): string | undefined {
    const file = join(site, path, path === '' || path.endsWith('/') ? 'index.html' : '');
    return existsSync(file) && statSync(file).isFile() ? file : undefined;
  }

  function placesOf(file: string): ReadonlySet<string> {
    const found = places.get(file) ?? new Set(ids(readFileSync(file, 'utf8')));
    places.set(file, found);
    return found;
  }
}

function targets(html: string): string[] {
  return [...html.matchAll(/<\w+\b[^>]*?\s(?:href|src)="([^"]*)"/g)].map(([, target = '']) =>
    target.replaceAll('&amp;', '&'),
  );
}

function ids(html: string): string[] {
  return [...html.matchAll(/<\w+\b[^>]*?\sid="([^"]*)"/g)].map(([, id = '']) => id);
}
