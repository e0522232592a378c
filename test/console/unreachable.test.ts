import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTab, signIn, type Tab } from './support/browser.ts';
import { type OpenConsole, openConsole } from './support/open-console.ts';

let opened: OpenConsole;
beforeAll(async () => {
  opened = await openConsole('studio');
});
afterAll(() => opened.close());

/** As while the server is started anew: nothing answers. Gives back what brings it again. */
async function cutOff(page: Page, path: RegExp): Promise<() => Promise<void>> {
  await page.route(path, (route) => route.abort('connectionrefused'));
  return () => page.unroute(path);
}
const draw = (page: Page) => page.getByRole('button', { name: 'Draw', exact: true });

describe.each(['light', 'dark'] as const)('the studio in %s, while the server is away', (theme) => {
  let tab: Tab;
  let page: Page;
  beforeAll(async () => {
    tab = await openTab(opened.browser, { theme });
    page = tab.page;
    await signIn(tab, opened.gateway.url, opened.gateway.secret, 'studio');
    await page.getByText('At most').waitFor();
  });
  afterAll(() => tab.context.close());

  test('a Draw that cannot be used looks so, and reads as well as any text', async () => {
    const look = () =>
      draw(page).evaluate((button) => {
        const { color, backgroundColor } = getComputedStyle(button);
        return { color, backgroundColor };
      });
    const disabled = await look();
    expect(await draw(page).getAttribute('aria-disabled')).toBe('true');
    await page.getByLabel('Prompt', { exact: true }).fill('An owl');
    await expect.poll(() => draw(page).getAttribute('aria-disabled')).toBe('false');
    expect((await look()).backgroundColor).not.toBe(disabled.backgroundColor);
    const light = (color: string): number =>
      [0.2126, 0.7152, 0.0722].reduce((sum, weight, at) => {
        const part = Number(color.match(/\d+/g)?.[at]) / 255;
        return sum + weight * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
      }, 0.05);
    const [one, other] = [light(disabled.color), light(disabled.backgroundColor)];
    expect(Math.max(one, other) / Math.min(one, other)).toBeGreaterThan(4.5);
  });

  test('the price comes back by itself once it answers, with nothing changed', async () => {
    const bring = await cutOff(page, /dry_run/);
    await page.getByLabel('Prompt', { exact: true }).fill('An owl at night');
    await page.getByText('The server could not be reached').waitFor();
    await bring();
    await page.getByText('At most').waitFor({ timeout: 20_000 });
    expect(await page.getByText('The server could not be reached').count()).toBe(0);
  });

  test('a price that could not be asked for keeps nobody from drawing', async () => {
    const bring = await cutOff(page, /dry_run/);
    await page.getByLabel('Prompt', { exact: true }).fill('An owl at noon');
    await page.getByText('The server could not be reached').waitFor();
    await draw(page).click();
    await page.locator('article[data-state=done]').waitFor();
    await bring();
  });

  test('the browser that is online again asks at once, before its next turn has come', async () => {
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 10_000);
    const bring = await cutOff(page, /dry_run/);
    await page.getByLabel('Prompt', { exact: true }).fill('An owl at dawn');
    await page.clock.runFor(1000);
    await page.getByText('The server could not be reached').waitFor();
    await bring();
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.getByText('At most').waitFor();
  });
});

test('the list of orders says that it is live for as long as the server can be reached', async () => {
  const { page } = opened;
  await page.getByRole('link', { name: 'Orders' }).click();
  await page.getByRole('button', { name: 'Live' }).waitFor();
  const bring = await cutOff(page, /\/admin\/v1\/orders\?/);
  for (const name of ['Live', 'Paused']) await page.getByRole('button', { name }).click();
  await page.getByRole('button', { name: 'Not connected' }).waitFor();
  await bring();
  await page.getByRole('button', { name: 'Live' }).waitFor({ timeout: 60_000 });
});
