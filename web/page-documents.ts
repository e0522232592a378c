import path from 'node:path';
import type { Rolldown } from 'vite';
import type { Plugin } from 'vite';

/** What a page is in below `src/`, by the name of its document: its place in the menu, or one thing of that place. */
const pages: Readonly<Record<string, string>> = {
  login: 'session/login-page.tsx',
  studio: 'studio/studio-page.tsx',
  gallery: 'studio/gallery-page.tsx',
  orders: 'orders/orders-page.tsx',
  'orders.one': 'orders/order-page.tsx',
  usage: 'usage/usage-page.tsx',
  keys: 'keys/keys-page.tsx',
  'keys.one': 'keys/key-page.tsx',
  projects: 'projects/projects-page.tsx',
  'projects.one': 'projects/project-page.tsx',
  upstreams: 'upstreams/upstreams-page.tsx',
  models: 'models/models-page.tsx',
  audit: 'audit/audit-page.tsx',
  settings: 'settings/settings-page.tsx',
  setup: 'setup/setup-page.tsx',
};

/** What runs before any page, in the order it is run in. */
const start = ['libraries.ts', 'start.tsx'];

/**
 * Lays a document for each page beside `index.html` that names all the page needs, so that a browser asks for it at once
 * and not one file after the other has told of the next.
 */
export function pageDocuments(): Plugin {
  let root = '';
  return {
    name: 'plantain-page-documents',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      root = config.root;
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const chunks = Object.values(bundle).filter((one) => one.type === 'chunk');
        const filesOf = (source: string): string[] => {
          const chunk = chunks.find((one) => one.moduleIds.includes(path.join(root, 'src', source)));
          if (chunk === undefined) throw new Error(`${source} is in no file`);
          return withImports(chunk, chunks);
        };
        const index = bundle['index.html'];
        if (index?.type !== 'asset') throw new Error('there is no index.html');
        const first = new Set([
          ...chunks.filter((one) => one.isEntry).flatMap((one) => one.fileName),
          ...start.flatMap(filesOf),
        ]);
        const html = withLinks(String(index.source), first);
        index.source = html;
        for (const [name, source] of Object.entries(pages)) {
          const own = filesOf(source).filter((file) => !first.has(file));
          this.emitFile({ type: 'asset', fileName: `pages/${name}.html`, source: withLinks(html, own) });
        }
      },
    },
  };
}

/** The files that a chunk needs, those that are run first at the head. */
function withImports(chunk: Rolldown.OutputChunk, all: readonly Rolldown.OutputChunk[]): string[] {
  const imported = chunk.imports.flatMap((name) => all.filter(({ fileName }) => fileName === name));
  return [
    ...new Set([
      ...imported.flatMap((one) => withImports(one, all)),
      chunk.fileName,
      ...(chunk.viteMetadata?.importedCss ?? []),
    ]),
  ];
}

/** A document that also asks for these files; what it asks for already is left as it is. */
function withLinks(html: string, files: Iterable<string>): string {
  const links = [...files]
    .filter((file) => !html.includes(`./${file}"`))
    .map((file) =>
      file.endsWith('.css')
        ? `    <link rel="stylesheet" crossorigin href="./${file}">\n`
        : `    <link rel="modulepreload" crossorigin href="./${file}">\n`,
    );
  return html.replace('  </head>', () => `${links.join('')}  </head>`);
}
