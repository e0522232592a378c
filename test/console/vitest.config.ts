import { defineConfig } from 'vitest/config';

/** The console in a real browser: `npm run test:console`. It needs Chromium, so `npm test` leaves it out. */
export default defineConfig({
  test: {
    include: ['test/console/**/*.test.ts'],
    globalSetup: ['test/console/support/build-console.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A second, the default, is soon over on a machine that is busy with other work.
    expect: { poll: { timeout: 20_000 } },
  },
});
