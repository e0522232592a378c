import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Tab } from './support/browser.ts';
import type { ConsoleGateway } from './support/console-gateway.ts';
import { type OpenConsole, openConsole } from './support/open-console.ts';

// What the pages rely on in the library that draws them, and what another one that says to be like it may do otherwise.

let opened: OpenConsole;
let gateway: ConsoleGateway;
let tab: Tab;
let page: Page;
beforeAll(async () => {
  opened = await openConsole('studio');
  ({ gateway, tab, page } = opened);
});
afterAll(() => opened.close());
beforeEach(() => void tab.faults.splice(0));

const open = async (path: string): Promise<void> => void (await page.goto(`${gateway.url}/console/${path}`));

test('a field that bounds what is typed shows the bound, also when that changes nothing it knows', async () => {
  await open('studio');
  const count = page.getByRole('spinbutton', { name: 'Pictures' });
  await count.fill('9999');
  const most = await count.inputValue();
  expect(Number(most)).toBeLessThan(9999);
  await count.fill('8888');
  expect(await count.inputValue()).toBe(most);
});

test('typing in the middle of a text leaves the caret where it is', async () => {
  await open('studio');
  const prompt = page.getByLabel('Prompt');
  await prompt.fill('a fox');
  await prompt.evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(2, 2));
  await page.keyboard.type('red ');
  expect(await prompt.inputValue()).toBe('a red fox');
});

test('a choice of a list shows what the address says, and a filter that is left with Tab is taken over', async () => {
  await open('orders?status=failed');
  const outcome = page.getByLabel('Outcome');
  await outcome.waitFor();
  expect(await outcome.inputValue()).toBe('failed');
  const user = page.getByLabel('End user');
  await user.fill('ann');
  await page.keyboard.press('Tab');
  await page.waitForURL(/user=ann/);
  expect(await page.getByLabel('Outcome').inputValue()).toBe('failed');
});

test('a dialog takes the focus, keeps it, gives it back to what opened it, and closes by Escape', async () => {
  await open('keys');
  const opener = page.getByRole('button', { name: 'New key' });
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  const name = dialog.getByRole('textbox').first();
  await expect.poll(() => name.evaluate((element) => element === document.activeElement)).toBe(true);
  for (let step = 0; step < 12; step++) {
    await page.keyboard.press('Tab');
    const isInside = await page.evaluate(
      () => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null,
    );
    expect(isInside).toBe(true);
  }
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await opener.evaluate((element) => element === document.activeElement)).toBe(true);
});

test('the search takes the focus as it opens and goes by keys', async () => {
  await open('orders');
  await page.getByRole('heading', { name: 'Orders', level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Page, key, project, upstream, model or order id' });
  await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.type('mod');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Models', level: 1 }).waitFor();
});

test('keys count from the moment that the page is drawn', async () => {
  const fresh = await page.context().newPage();
  // Pressed before anything else happens behind the drawing.
  await fresh.addInitScript(() => {
    new MutationObserver((_changes, observer) => {
      if (document.querySelector('header.top') === null) return;
      observer.disconnect();
      dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true }));
    }).observe(document, { childList: true, subtree: true });
  });
  await fresh.goto(`${gateway.url}/console/orders`);
  await fresh.getByRole('combobox', { name: 'Page, key, project, upstream, model or order id' }).waitFor();
  await fresh.close();
});

test('no two elements of a page have one id, and every label has its field', async () => {
  for (const path of ['studio', 'orders', 'usage', 'keys', 'projects', 'audit', 'settings']) {
    await open(path);
    await page.locator('main h2, main table, main .empty, main .card').first().waitFor();
    const wrong = await page.evaluate(() => {
      const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
      const lost = [...document.querySelectorAll('label[for]')].map(
        (label) => label.getAttribute('for') ?? '',
      );
      return [
        ...ids.filter((id, at) => ids.indexOf(id) !== at),
        ...lost.filter((id) => document.getElementById(id) === null),
      ];
    });
    expect(wrong).toEqual([]);
  }
});

test('a page whose script does not come says so inside the menu, and comes when it is asked for again', async () => {
  await open('orders');
  await page.getByRole('heading', { name: 'Orders', level: 1 }).waitFor();
  await page.route(/models-page-/, (route) => route.abort());
  await page.getByRole('link', { name: 'Models' }).click();
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('navigation', { name: 'Main' }).count()).toBe(1);
  await page.unrouteAll();
  await page.getByRole('link', { name: 'Usage' }).click();
  await page.getByRole('heading', { name: 'Usage', level: 1 }).waitFor();
});

test('an answer that no page can read is a fault of that page alone', async () => {
  await page.route(/admin\/v1\/models/, (route) => route.fulfill({ json: { data: [{ id: 7 }] } }));
  await open('models');
  await page.getByText('This page ran into a fault of its own.').waitFor();
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('link', { name: 'Orders' }).click();
  await page.getByRole('heading', { name: 'Orders', level: 1 }).waitFor();
});
