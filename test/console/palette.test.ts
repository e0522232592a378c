import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openTab, signIn } from './support/browser.ts';
import { admin, type ConsoleGateway, startConsoleGateway } from './support/console-gateway.ts';

const viewerSecret = 'viewer-secret-of-this-test-0123456789';
let browser: Awaited<ReturnType<typeof launchBrowser>>;
let gateway: ConsoleGateway;
beforeAll(async () => {
  [browser, gateway] = await Promise.all([
    launchBrowser(),
    startConsoleGateway({ env: { PLANTAIN_ADMIN_VIEWER_SECRET: viewerSecret } }),
  ]);
});
afterAll(async () => {
  await browser.close();
  await gateway.close();
});

/** What a page asks of keys and projects. */
function askedBy(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (/^\/admin\/v1\/(keys|projects)/.test(pathname)) asked.push(pathname.slice(9) + search);
  });
  return asked;
}

test('an admin finds keys and projects by name, one of many keys by the whole of it, and is led there', async () => {
  await admin(gateway, '/projects', { name: 'shop' });
  const { id: oldest } = await admin(gateway, '/keys', { name: 'Oldest till', project: 'shop' });
  for (let count = 0; count < 105; count++) await admin(gateway, '/keys', { name: `spare ${String(count)}` });
  const tab = await openTab(browser);
  const { page } = tab;
  await signIn(tab, gateway.url, gateway.secret, 'upstreams');
  const asked = askedBy(page);
  const field = page.getByRole('combobox', { name: 'Page, key, project, upstream, model or order id' });
  await page.keyboard.press('Control+k');
  await field.waitFor();
  expect(asked).toEqual([]);
  await field.fill('SPARE 77');
  await page.getByRole('option', { name: 'Key spare 77, of default' }).waitFor();
  // Older than the hundred that part of a name finds.
  await field.fill('Oldest till');
  await page.getByRole('option', { name: 'Key Oldest till, of shop' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Oldest till', level: 1 }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`/console/keys/${String(oldest)}`);
  await page.keyboard.press('Control+k');
  await field.fill('project shop');
  await page.getByRole('option', { name: 'Project shop' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'shop', level: 1 }).waitFor();
  expect(tab.faults).toEqual([]);
  await tab.context.close();
});

test('one of many projects is found by the whole of its name too, however old', async () => {
  const { id: oldest } = await admin(gateway, '/projects', { name: 'Oldest shop' });
  for (let count = 0; count < 105; count++)
    await admin(gateway, '/projects', { name: `branch ${String(count)}` });
  const tab = await openTab(browser);
  const { page } = tab;
  await signIn(tab, gateway.url, gateway.secret, 'upstreams');
  await page.keyboard.press('Control+k');
  await page
    .getByRole('combobox', { name: 'Page, key, project, upstream, model or order id' })
    .fill('Oldest shop');
  await page.getByRole('option', { name: 'Project Oldest shop' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Oldest shop', level: 1 }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`/console/projects/${String(oldest)}`);
  expect(tab.faults).toEqual([]);
  await tab.context.close();
});

test('a viewer, who may not see them, is told of none, and nothing is asked for', async () => {
  const tab = await openTab(browser);
  const { page } = tab;
  const asked = askedBy(page);
  await signIn(tab, gateway.url, viewerSecret);
  await page.keyboard.press('Control+k');
  await page
    .getByRole('combobox', { name: 'Page, upstream, model or order id', exact: true })
    .fill('spare 7');
  await page.getByText('Nothing of that name.').waitFor();
  expect(asked).toEqual([]);
  expect(tab.faults).toEqual([]);
  await tab.context.close();
});
