import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { slug } from 'github-slugger';
import { defineConfig } from 'vitepress';
import { navigation, sidebar } from '../contents.ts';
import { diagramStyle, drawDiagrams } from '../draw-diagrams.ts';
import { followLinks } from '../follow-links.ts';
import { isPage, repository, sitePath } from '../pages.ts';

const drawing = readFileSync(join(repository, 'web/src/shell/plantain.svg'), 'base64');
const icon = `data:image/svg+xml;base64,${drawing}`;

/** The pages as they lie in the repository, at the addresses that their links name. */
export default defineConfig({
  title: 'Plantain',
  description: "OpenAI's Images API on Google's Gemini image models, on a server of your own.",
  lang: 'en',
  head: [
    ['link', { rel: 'icon', href: icon }],
    ['style', {}, diagramStyle],
  ],
  srcDir: '../..',
  srcExclude: ['!(docs|examples|src|*.md)/**', 'docs/site/**', 'src/!(routing)/**'],
  outDir: './dist',
  cacheDir: './node_modules/.cache/vitepress',
  rewrites: (path) => (isPage(path) ? sitePath(path) : path),
  metaChunk: true,
  markdown: {
    // As GitHub reads them: its names of headings, and no attributes in braces.
    anchor: { slugify: slug },
    attrs: { disable: true },
    languageAlias: { caddy: 'nginx' },
    config: (markdown) => {
      followLinks(markdown);
      drawDiagrams(markdown);
    },
  },
  vite: {
    // The repository's own target is newer than this bundler knows.
    esbuild: { tsconfigRaw: '{}' },
    // The index of the search is one file.
    build: { chunkSizeWarningLimit: 2000 },
    plugins: [
      {
        // The pages lie outside the folder that has Vue, so it is not found from them when they are written as HTML.
        name: 'vue-of-the-site',
        enforce: 'pre',
        resolveId: (id, _importer, { ssr }) =>
          ssr && /^vue(?:\/|$)/.test(id) ? { id, external: true } : undefined,
      },
    ],
  },
  themeConfig: {
    logo: icon,
    nav: navigation(),
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: 'local' },
    externalLinkIcon: true,
  },
});
