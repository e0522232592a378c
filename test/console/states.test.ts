import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generate } from '../support/http.ts';
import { accessibilityFaults, launchBrowser, openTab, signIn, type Tab } from './support/browser.ts';
import { type ConsoleGateway, startConsoleGateway } from './support/console-gateway.ts';

let browser: Browser;
let fresh: ConsoleGateway;
let used: ConsoleGateway;
let orderId: string;
beforeAll(async () => {
  [browser, fresh, used] = await Promise.all([launchBrowser(), startConsoleGateway(), startConsoleGateway()]);
  orderId = (await generate(used, { prompt: 'a fox' })).headers.get('x-request-id') ?? '';
});
afterAll(async () => {
  await browser.close();
  await fresh.close();
  await used.close();
});

const pages = [
  'studio',
  'gallery',
  'orders',
  'usage',
  'keys',
  'keys/bootstrap',
  'upstreams',
  'models',
  'audit',
  'settings',
];
/** Those that have nothing of the server to show. */
const ofTheBrowserAlone = new Set(['gallery']);
const settled = async ({ page }: Tab): Promise<void> => {
  await page.locator('main h2, main table, main .empty, main .card').first().waitFor();
  await page.locator('main .skeleton').first().waitFor({ state: 'detached' });
};

describe('where there is nothing yet', () => {
  let tab: Tab;
  beforeAll(async () => {
    tab = await openTab(browser, { widthPx: 320 });
    await signIn(tab, fresh.url, fresh.secret, 'orders');
  });
  afterAll(() => tab.context.close());

  // Not the audit log: whoever sees it has signed in, which it tells.
  test.each(['studio', 'gallery', 'orders', 'usage'])(
    '%s says what will be there and offers one act',
    async (path) => {
      await tab.page.goto(`${fresh.url}/console/${path}`);
      const empty = tab.page.locator('main .empty');
      await empty.waitFor();
      expect(((await empty.locator('p').first().textContent()) ?? '').length).toBeGreaterThan(20);
      expect(await empty.locator('a, button').count()).toBe(1);
      expect(await accessibilityFaults(tab)).toEqual([]);
      expect(tab.faults).toEqual([]);
    },
  );
});

describe('where there is something', () => {
  let tab: Tab;
  beforeAll(async () => {
    tab = await openTab(browser);
    await signIn(tab, used.url, used.secret, 'orders');
    await tab.page.addInitScript(() => {
      const seen = { shift: 0 };
      Object.assign(globalThis, { seen });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          seen.shift += (entry as PerformanceEntry & { value: number }).value;
      }).observe({ type: 'layout-shift', buffered: true });
    });
  });
  afterAll(() => tab.context.close());

  test.each([...pages, 'orders/:order'])(
    'nothing moves while %s comes, and nothing goes on moving',
    async (path) => {
      await tab.page.goto(`${used.url}/console/${path.replace(':order', orderId)}`);
      await settled(tab);
      const shift = await tab.page.evaluate(
        () => (globalThis as unknown as { seen: { shift: number } }).seen.shift,
      );
      expect(shift).toBeLessThan(0.02);
      // The tab asks for little motion.
      expect(await tab.page.evaluate(() => document.getAnimations().length)).toBe(0);
    },
  );

  test.each(pages.filter((path) => !ofTheBrowserAlone.has(path)))(
    '%s tells of a server that fails, and comes when it is asked for again',
    async (path) => {
      const { page } = tab;
      let fails = true;
      await page.route(/\/admin\/v1\/(?!session\b)/, (route) =>
        fails
          ? route.fulfill({
              status: 403,
              json: { error: { message: 'It fails.', code: 'x', type: 'x', param: null } },
            })
          : route.fallback(),
      );
      await page.goto(`${used.url}/console/${path}`);
      const alert = page.getByRole('alert').filter({ hasText: 'It fails.' }).first();
      await alert.waitFor();
      expect(await alert.getByRole('button').count()).toBe(1);
      expect(await accessibilityFaults(tab)).toEqual([]);
      fails = false;
      const again = page.getByRole('alert').getByRole('button', { name: 'Try again' });
      // From behind: each that helps is gone afterwards. A page that asks again by itself may have come before the click.
      for (const one of (await again.all()).toReversed())
        await one.click({ timeout: 5000 }).catch(() => undefined);
      await expect.poll(() => again.count(), { timeout: 20_000 }).toBe(0);
      await settled(tab);
      await page.unrouteAll();
    },
  );
});
