import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressAssets } from './compress-assets.ts';
import { pageDocuments } from './page-documents.ts';

// Whatever the shell says: libraries would bring what they have for developers, twice as much.
process.env['NODE_ENV'] = 'production';

/** What main.tsx runs before anything of the libraries is there. */
const early = [
  /web\/src\/(pause|first-requests|load-language)\.ts$/,
  /web\/src\/api\/(early|requests)\.ts$/,
  /web\/src\/session\/(known-role|own-path)\.ts$/,
  /web\/src\/usage\/(period-of|days)\.ts$/,
  /vite\/preload-helper/,
];

export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that the console works below whatever path a proxy gives it.
  base: './',
  // Sources and types are React's; what draws is Preact, which is there sooner (docs/decisions/2026-11-26-the-console-is-drawn-by-preact.md).
  resolve: {
    alias: {
      'react/jsx-runtime': 'preact/jsx-runtime',
      'react-dom/client': 'preact/compat/client',
      'react-dom': 'preact/compat',
      react: 'preact/compat',
    },
  },
  plugins: [react(), pageDocuments(), compressAssets()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'baseline-widely-available',
    // The page's Content-Security-Policy has no room for inlined files and scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: 'manifest.json',
    // Read by build/bundle.ts, which tells of all that a package includes.
    license: { fileName: 'licenses.json' },
    reportCompressedSize: false,
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: {
        codeSplitting: {
          // Files a few lines long would cost a round trip each, and what is run at once would keep the browser long.
          groups: [
            { name: 'early', test: (id) => early.some((one) => one.test(id)), priority: 4 },
            {
              name: 'libraries',
              test: /web\/src\/libraries\.ts$|node_modules\/(@tanstack|preact)/,
              priority: 3,
            },
            { name: 'first', test: /web\/src\/start\.tsx$/, priority: 2 },
            { name: 'parts', test: /web\/src\/|node_modules\//, minShareCount: 4, priority: 1 },
          ],
        },
      },
    },
  },
});
