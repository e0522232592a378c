import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generate } from '../support/http.ts';
import {
  accessibilityFaults,
  expectNoSidewaysScroll,
  launchBrowser,
  openTab,
  signIn,
  type Tab,
} from './support/browser.ts';
import { admin, type ConsoleGateway, startConsoleGateway } from './support/console-gateway.ts';

let browser: Browser;
let gateway: ConsoleGateway;
let orderId: string;
beforeAll(async () => {
  [browser, gateway] = await Promise.all([launchBrowser(), startConsoleGateway()]);
  for (const prompt of ['a fox [scenario: safety]', 'a fox [scenario: flaky-once]', 'a fox'])
    orderId = (await generate(gateway, { prompt })).headers.get('x-request-id') ?? '';
  for (const name of ['a long name of a key', 'another name', 'website', 'mobile-app', 'newsletter']) {
    const { secret } = (await admin(gateway, '/keys', { name })) as { secret: string };
    await generate({ url: gateway.url, key: secret }, { prompt: 'a fox' });
  }
  for (const what of ['drain', 'restore']) await admin(gateway, `/upstreams/sandbox/${what}`, {});
});
afterAll(async () => {
  await browser.close();
  await gateway.close();
});

/** Every page by its address, with what is there once it is. */
const pages: readonly (readonly [path: string, shows: string])[] = [
  ['orders', 'These are all of them.'],
  ['orders?status=canceled', 'No order matches these filters'],
  ['orders/:order', 'The price as a sum'],
  ['orders/req_none', 'There is no order of that id in the ledger.'],
  ['keys', 'bootstrap'],
  ['keys/bootstrap', 'Limits and what is used'],
  ['keys/none', 'There is no key of that id or name.'],
  ['setup', 'An upstream that draws'],
  ['projects', 'default'],
  ['projects/proj_default', 'Limits of all its keys together'],
  ['projects/none', 'There is no project of that id or name.'],
  ['audit', 'upstream.drain'],
  ['usage', 'The same in numbers'],
  ['usage?days=7&split=model&show=orders', 'Orders by day, UTC'],
  ['usage?split=key', 'The same in numbers'],
  ['upstreams', 'inside this server'],
  ['models', 'gemini-nano-banana-2.1'],
  ['settings', 'limits.max_held_bytes'],
  ['nowhere', 'There is no such page.'],
];
/** What the browser itself says of an answer that is no success. */
const isExpected = (path: string, fault: string): boolean =>
  /(?:req_|\/)none$/.test(path) && fault.includes('404 (There is no');

const show = async (tab: Tab, path: string, shows: string): Promise<void> => {
  await tab.page.goto(`${gateway.url}/console/${path.replace(':order', orderId)}`);
  await tab.page.getByText(shows, { exact: false }).first().waitFor();
};

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  let tab: Tab;
  beforeAll(async () => {
    tab = await openTab(browser, { theme });
    await signIn(tab, gateway.url, gateway.secret);
  });
  afterAll(() => tab.context.close());

  test.each(pages)(
    '%s keeps its policy, throws nothing, and can be used by everybody',
    async (path, shows) => {
      tab.faults.length = 0;
      await show(tab, path, shows);
      expect(await accessibilityFaults(tab)).toEqual([]);
      expect(tab.faults.filter((fault) => !isExpected(path, fault))).toEqual([]);
    },
  );

  test('so do the overlays: search, account, and what is asked before everybody is signed out', async () => {
    tab.faults.length = 0;
    const { page } = tab;
    await show(tab, 'settings', 'limits.max_held_bytes');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Page, key, project, upstream, model or order id' }).waitFor();
    expect(await accessibilityFaults(tab)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).first().waitFor();
    expect(await accessibilityFaults(tab)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.getByRole('dialog', { name: 'Sign out everywhere' }).waitFor();
    expect(await accessibilityFaults(tab)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(tab.faults).toEqual([]);
  });

  test('so do the dialogs of keys: a new one, its secret, its limits, another secret, and its end', async () => {
    tab.faults.length = 0;
    const { page } = tab;
    await show(tab, 'keys', 'bootstrap');
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill(`of ${theme}`);
    expect(await accessibilityFaults(tab)).toEqual([]);
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByRole('textbox', { name: 'Secret' }).waitFor();
    expect(await accessibilityFaults(tab)).toEqual([]);
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByRole('link', { name: `of ${theme}` }).click();
    for (const act of ['Change the limits', 'New secret', 'Revoke']) {
      await page.getByRole('button', { name: act }).click();
      await page.getByRole('dialog').waitFor();
      expect(await accessibilityFaults(tab)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    expect(tab.faults).toEqual([]);
  });

  test('so do the dialogs of projects: a new one, its limits, its name, and its end', async () => {
    tab.faults.length = 0;
    const { page } = tab;
    await show(tab, 'projects', 'default');
    await page.getByRole('button', { name: 'New project' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill(`of ${theme}`);
    expect(await accessibilityFaults(tab)).toEqual([]);
    await page.getByRole('button', { name: 'Make the project' }).click();
    await page.getByRole('link', { name: `of ${theme}` }).click();
    for (const act of ['Change the limits', 'Name and markup', 'Archive']) {
      await page.getByRole('button', { name: act }).click();
      await page.getByRole('dialog').waitFor();
      expect(await accessibilityFaults(tab)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    expect(tab.faults).toEqual([]);
  });

  test('so does the login page', async () => {
    const fresh = await openTab(browser, { theme });
    await fresh.page.goto(`${gateway.url}/console/`);
    await fresh.page.getByLabel('Admin secret').waitFor();
    expect(await accessibilityFaults(fresh)).toEqual([]);
    expect(fresh.faults).toEqual([]);
    await fresh.context.close();
  });
});

test('the models page shows every price of the catalogue as it is, to the millionth', async () => {
  const tab = await openTab(browser);
  await signIn(tab, gateway.url, gateway.secret, 'models');
  const { data } = (await admin(gateway, '/models')) as {
    data: { id: string; sizes: { picture_cost_micro_usd: number }[] }[];
  };
  await tab.page.locator('.price').first().waitFor();
  for (const { id, sizes } of data) {
    const shown = await tab.page.locator(`[id="${id}"] .price`).allTextContents();
    expect(shown.map((price) => Math.round(Number(price.replace('$', '')) * 1_000_000))).toEqual(
      sizes.map((size) => size.picture_cost_micro_usd),
    );
  }
  expect(data.length).toBeGreaterThan(0);
  await tab.context.close();
});

// Resized rather than loaded anew: what is laid out hangs on the width alone.
test.each([
  ['0', [320, 720]],
  ['1', [390, 1000, 1280]],
] as const)(
  'nothing lies beside the page, also with words as long as other languages have (%s), at %j pixels',
  async (pseudo, widths) => {
    const tab = await openTab(browser, { widthPx: widths[0] });
    const expectAtEachWidth = async (): Promise<void> => {
      for (const width of widths) {
        await tab.page.setViewportSize({ width, height: 900 });
        await expectNoSidewaysScroll(tab);
      }
    };
    await tab.page.addInitScript((value) => localStorage.setItem('plantain.pseudo', value), pseudo);
    await tab.page.goto(`${gateway.url}/console/`);
    await tab.page.locator('#secret').waitFor();
    await expectAtEachWidth();
    await tab.page.locator('#secret').fill(gateway.secret);
    await tab.page.locator('button[type=submit]').click();
    await tab.page.getByRole('navigation').waitFor();
    for (const [path] of pages.filter(([path]) => path !== 'nowhere')) {
      await tab.page.goto(`${gateway.url}/console/${path.replace(':order', orderId)}`);
      await tab.page.locator('main h2, main table, main .empty, main p').first().waitFor();
      await tab.page.locator('main .skeleton').first().waitFor({ state: 'detached' });
      await expectAtEachWidth();
    }
    await tab.context.close();
  },
  120_000,
);
