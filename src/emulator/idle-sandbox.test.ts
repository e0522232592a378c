import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = `
  const { startEmulator } = await import('./src/emulator/start-emulator.ts');
  const emulator = await startEmulator({ host: '127.0.0.1', port: 0, models: [] });
  const loaded = process.report.getReport().sharedObjects.filter((path) => /sharp|vips|resvg/.test(path));
  await emulator.close();
  console.log(JSON.stringify(loaded));
`;

test('a sandbox that has not drawn yet has loaded no picture library', async () => {
  const cwd = new URL('../..', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd,
  });
  expect(JSON.parse(stdout)).toEqual([]);
});
