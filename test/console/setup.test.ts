import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PictureRenderer } from '../../painter/picture-renderer.ts';
import { createApp } from '../../src/app/lifecycle.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { startTestEmulator } from '../support/test-emulator.ts';
import { launchBrowser, openTab } from './support/browser.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test('a new server shows what it lacks, finds an upstream that is added, tests it, makes the first key, and its command draws the first picture into a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plantain-setup-'));
  // A whole picture: the command asks for PNG.
  const emulator = await startTestEmulator({ renderer: new PictureRenderer() });
  const file = join(folder, 'plantain.yaml');
  await writeFile(file, 'port: 0\nwatch_config: false\nlog:\n  level: silent\nshutdown_delay_ms: 0\n');
  const read = () => loadConfig({ flags: { config: file, dataDir: folder }, env: {}, cwd: folder }).config;
  const app = await createApp(read(), { reread: read });
  const { url } = await app.listen();
  const tab = await openTab(browser);
  const { page } = tab;
  await page.goto(`${url}/console/#claim=${app.claimToken ?? ''}`);
  await page.getByRole('heading', { name: 'Set up', level: 1 }).waitFor();
  const upstream = page.getByRole('region', { name: 'An upstream that draws' }).first();
  await upstream.getByText('Not yet').waitFor();
  await upstream.getByText('so the sandbox inside this server draws').waitFor();
  await page.getByText('api_key: ${GEMINI_API_KEY}').waitFor();
  await page.getByRole('button', { name: 'Look again' }).click();
  await page.getByText('Still no upstream').waitFor();
  await writeFile(
    file,
    `port: 0\nwatch_config: false\nlog:\n  level: silent\nshutdown_delay_ms: 0\ngemini:\n  api_key: some-key\n  base_url: ${emulator.url}\n`,
  );
  await page.getByRole('button', { name: 'Look again' }).click();
  await page.getByText('There is an upstream now.').waitFor();
  await upstream.getByText('Done').waitFor();
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await page.getByText('gemini answered: all is well.').waitFor();
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('website');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const key = await page.getByRole('textbox', { name: 'Secret' }).inputValue();
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await page.getByText('2 keys can order pictures now.').waitFor();
  const command =
    (await page.getByRole('region', { name: 'The command of the first order' }).textContent()) ?? '';
  const shell = await promisify(execFile)('sh', ['-c', command], {
    cwd: folder,
    env: { PATH: process.env['PATH'], OPENAI_API_KEY: key },
  });
  expect(shell).toEqual({ stdout: '', stderr: '' });
  expect((await readFile(join(folder, 'otter.png'))).subarray(1, 4).toString()).toBe('PNG');
  await page.getByRole('link', { name: 'Draw in the studio' }).click();
  await page.getByRole('heading', { name: 'Studio', level: 1 }).waitFor();
  expect(tab.faults).toEqual([]);
  await tab.context.close();
  await app.drain();
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
});
