import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openTab } from '../console/support/browser.ts';
import { type FolderServer, serveFolder } from './serve-folder.ts';

const folder = join(import.meta.dirname, '../../docs/site/dist');
/** Where pictures of the pages are put for people to look at; none are taken without it. */
const lookAt = process.env['PLANTAIN_SITE_PICTURES'];

let site: FolderServer;
let browser: Browser;

beforeAll(async () => {
  if (!existsSync(join(folder, 'index.html'))) throw new Error('The site is not built: npm run docs:site');
  if (lookAt !== undefined) await mkdir(lookAt, { recursive: true });
  site = await serveFolder(folder);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  site?.close();
});

for (const theme of ['light', 'dark'] as const) {
  test(`pages show with all their pictures and without a fault, ${theme}`, async () => {
    const { page, context, faults } = await openTab(browser, { theme });
    const asked = new Set<string>();
    page.on('request', (request) => asked.add(new URL(request.url()).origin));
    for (const path of [
      '/',
      '/docs/',
      '/docs/api.html',
      '/docs/masks.html',
      '/docs/map.html',
      '/docs/performance.html',
    ]) {
      await page.goto(site.address + path, { waitUntil: 'networkidle' });
      const empty = await page
        .locator('main img')
        .evaluateAll((images) =>
          images
            .filter((image) => image instanceof HTMLImageElement && image.naturalWidth === 0)
            .map((image) => image.outerHTML.slice(0, 200)),
        );
      expect(empty, path).toEqual([]);
      if (lookAt !== undefined) {
        const name = path.replaceAll('/', '_').replace('.html', '');
        await page.screenshot({ path: join(lookAt, `${name}-${theme}.png`) });
      }
    }
    await page.goto(`${site.address}/docs/map.html`);
    await expect.poll(() => page.locator('img.diagram:visible').count()).toBe(1);
    expect(faults).toEqual([]);
    expect([...asked].filter((origin) => origin.startsWith('http'))).toEqual([site.address]);
    await context.close();
  });
}

test('the search finds a word of a page, and leads to its place', async () => {
  const { page, context, faults } = await openTab(browser);
  await page.goto(site.address);
  await page.getByRole('button', { name: 'Search' }).first().click();
  await page.locator('.VPLocalSearchBox input').fill('Idempotency-Key');
  const found = page.locator('.VPLocalSearchBox a.result').filter({ hasText: 'Requests sent twice' }).first();
  await found.waitFor();
  if (lookAt !== undefined) await page.screenshot({ path: join(lookAt, 'search.png') });
  await found.click();
  await page.waitForURL(/\/docs\/retries\.html/);
  await page.getByRole('heading', { name: 'Requests sent twice' }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test('a link to a row of a table, as errors give it, leads to that row', async () => {
  const { page, context } = await openTab(browser);
  await page.goto(`${site.address}/docs/errors.html#insufficient_quota`, { waitUntil: 'networkidle' });
  await expect
    .poll(() => page.locator('a#insufficient_quota').evaluate((anchor) => anchor.getBoundingClientRect().top))
    .toBeLessThan(900);
  await context.close();
});

test('llms.txt names every page of the documentation, and each is there as Markdown', async () => {
  const text = await (await fetch(`${site.address}/llms.txt`)).text();
  const links = [...text.matchAll(/^- \[[^\]]+\]\(([^)]+)\)/gm)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(40);
  for (const link of links) {
    const answer = await fetch(new URL(link, `${site.address}/llms.txt`));
    expect(answer.status, link).toBe(200);
    expect(await answer.text(), link).toMatch(/^(?:<!--|# )/);
  }
});
