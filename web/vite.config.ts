import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressAssets } from './compress-assets.ts';

// Whatever the shell says: React would bring what it has for developers, twice as much.
process.env['NODE_ENV'] = 'production';

export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that the console works below whatever path a proxy gives it.
  base: './',
  plugins: [react(), compressAssets()],
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
          // Files a few lines long would cost a round trip each.
          groups: [
            { name: 'first', test: /web\/src\/start\.tsx$/, priority: 2 },
            { name: 'parts', test: /web\/src\/|node_modules\//, minShareCount: 4, priority: 1 },
          ],
        },
      },
    },
  },
});
