import { defineConfig } from 'vitest/config';

/** The built site in a real browser: `npm run test:site`. It needs Chromium and the site's packages. */
export default defineConfig({
  test: {
    include: ['test/site/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
