import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

/** What starts servers or runs a suite that others share is long, however short its file: it does not come last, alone on one core. */
const isLong = (file: string): boolean => /\/test\/journey\/|\/src\/store\/|-contract\.test\.ts$/.test(file);

class LongFilesFirst extends BaseSequencer {
  override async sort(...[files]: Parameters<BaseSequencer['sort']>): ReturnType<BaseSequencer['sort']> {
    const sorted = await super.sort(files);
    return [true, false].flatMap((long) => sorted.filter(({ moduleId }) => isLong(moduleId) === long));
  }
}

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'painter/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    exclude: ['test/clients/**', 'test/console/**', 'test/site/**', '**/node_modules/**'],
    pool: 'forks',
    // One more than the checks have cores: a third of the time a file waits, for servers that start, end or let others wait.
    maxWorkers: 3,
    sequence: { sequencer: LongFilesFirst },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A second, the default, is soon over on a machine that is busy with other work.
    expect: { poll: { timeout: 20_000 } },
  },
});
