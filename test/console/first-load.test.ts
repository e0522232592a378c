import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generate } from '../support/http.ts';
import { openTab, type Tab } from './support/browser.ts';
import type { ConsoleGateway } from './support/console-gateway.ts';
import { type OpenConsole, openConsole } from './support/open-console.ts';

let opened: OpenConsole;
let browser: Browser;
let gateway: ConsoleGateway;
let tab: Tab;
let orderId: string;
beforeAll(async () => {
  opened = await openConsole('orders');
  ({ browser, gateway, tab } = opened);
  orderId = (await generate(gateway, { prompt: 'a fox' })).headers.get('x-request-id') ?? '';
});
afterAll(() => opened.close());

/** What the page asked of the admin API and which of its files, by their addresses. */
async function load(
  page: Page,
  path: string,
): Promise<{ readonly asked: string[]; readonly files: string[] }> {
  const urls: string[] = [];
  const write = (request: { url(): string }): void => void urls.push(request.url().replace(gateway.url, ''));
  page.on('request', write);
  await page.goto(`${gateway.url}/console/${path}`);
  await page.locator('main h2, main table, main .empty, main .card').first().waitFor();
  await page.locator('main .skeleton').first().waitFor({ state: 'detached' });
  await page.waitForLoadState('load');
  page.off('request', write);
  return {
    asked: urls.filter((url) => url.startsWith('/admin/') && !url.endsWith('/stream')),
    files: urls.filter((url) => /\.(?:js|css)$/.test(url)),
  };
}

const pages = [
  'studio',
  'gallery',
  'orders',
  'usage',
  'keys',
  'keys/bootstrap',
  'projects',
  'upstreams',
  'models',
];

describe('a page that is opened by its address', () => {
  test.each([...pages, 'audit', 'settings', 'setup', 'orders/:order'])(
    '%s names in its document every file that it needs, and asks the server once for each thing',
    async (path) => {
      const address = path.replace(':order', orderId);
      const document = await (await fetch(`${gateway.url}/console/${address}`)).text();
      const { asked, files } = await load(tab.page, address);
      expect(files.filter((file) => !document.includes(file.replace('/console/', '')))).toEqual([]);
      expect(asked).toEqual([...new Set(asked)]);
      expect(tab.faults).toEqual([]);
    },
  );

  test.each([
    ['studio', '/studio'],
    ['orders', '/orders?limit=50'],
    ['usage', '/usage?from='],
    ['keys', '/keys?state='],
    ['settings', '/config'],
    ['settings', '/sessions'],
    ['orders/:order', '/orders/req_'],
  ])('%s asks for what it shows before its own script is there', async (path, wanted) => {
    const { page } = tab;
    let isHeld = true;
    const held = Promise.withResolvers<void>();
    await page.route(/assets\/libraries-/, async (route) => {
      if (isHeld) await held.promise;
      await route.continue();
    });
    const asked = page.waitForRequest((request) => request.url().includes(`/admin/v1${wanted}`));
    const loaded = load(page, path.replace(':order', orderId));
    await asked;
    isHeld = false;
    held.resolve();
    const { asked: all } = await loaded;
    expect(all.filter((url) => url.includes(wanted)).length).toBe(
      new Set(all.filter((url) => url.includes(wanted))).size,
    );
    await page.unrouteAll();
  });
});

test('a page that one comes back to stands where it was left', async () => {
  const { page } = tab;
  const isAt = (topPx: number): Promise<unknown> =>
    page.waitForFunction((wanted) => Math.abs(scrollY - wanted) < 2, topPx);
  await page.goto(`${gateway.url}/console/settings`);
  await page.locator('table.settings tbody tr').last().waitFor();
  await page.evaluate(() => scrollTo({ top: 2500 }));
  await isAt(2500);
  await page.getByRole('link', { name: 'Audit' }).click();
  await page.getByRole('heading', { name: 'Audit' }).waitFor();
  await isAt(0);
  await page.goBack();
  await isAt(2500);
  expect(tab.faults).toEqual([]);
});

test('whoever signs in right after a session that was over is not held to what the old one was refused', async () => {
  const { page, context } = tab;
  await context.clearCookies();
  await page.goto(`${gateway.url}/console/orders`);
  await page.getByLabel('Admin secret').fill(gateway.secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('row', { name: /Done/ }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/console/orders');
});

test('nobody who is not signed in asks for anything', async () => {
  const other = await openTab(browser);
  const asked: string[] = [];
  other.page.on(
    'request',
    (request) => void (request.url().includes('/admin/') && asked.push(request.url())),
  );
  await other.page.goto(`${gateway.url}/console/keys`);
  await other.page.getByLabel('Admin secret').waitFor();
  expect(asked).toEqual([]);
  expect(other.faults).toEqual([]);
  await other.context.close();
});
