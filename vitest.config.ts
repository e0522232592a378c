import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'painter/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    exclude: ['test/clients/**', 'test/console/**', 'test/site/**', '**/node_modules/**'],
    pool: 'forks',
    // One a core: by default vitest leaves a core free, and on two that halves the speed.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A second, the default, is soon over on a machine that is busy with other work.
    expect: { poll: { timeout: 20_000 } },
  },
});
