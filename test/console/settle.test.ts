import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { earlierDataFolder } from '../support/earlier-data-folder.ts';
import {
  accessibilityFaults,
  expectNoSidewaysScroll,
  launchBrowser,
  openTab,
  reach,
  signIn,
} from './support/browser.ts';
import { admin, type ConsoleGateway, startConsoleGateway } from './support/console-gateway.ts';

/** The order that the server of this folder was killed under. */
const lost = 'req_0mwwzhp304eiQxrfuyJM3oF8';
const viewerSecret = 'viewer-secret-of-this-test-0123456789';
let browser: Browser;
let folder: ReturnType<typeof earlierDataFolder>;
let gateway: ConsoleGateway;
beforeAll(async () => {
  folder = earlierDataFolder();
  [browser, gateway] = await Promise.all([
    launchBrowser(),
    startConsoleGateway({ dataDir: folder.path, env: { PLANTAIN_ADMIN_VIEWER_SECRET: viewerSecret } }),
  ]);
});
afterAll(async () => {
  await browser.close();
  await gateway.close();
  folder.remove();
});

test('a viewer sees that nobody knows what became of an order, may not say it, and sees no keys to change', async () => {
  const tab = await openTab(browser);
  const { page } = tab;
  await signIn(tab, gateway.url, viewerSecret);
  await page.goto(`${gateway.url}/console/orders/${lost}`);
  await page.getByRole('heading', { name: 'Nobody knows what became of it' }).waitFor();
  expect(await page.getByRole('button', { name: 'Say what it cost' }).count()).toBe(0);
  expect(await page.getByRole('link', { name: /^(Keys|Projects)$/ }).count()).toBe(0);
  const asked = await page.evaluate(
    async ([order]) => {
      const session = (await (await fetch('../../admin/v1/session')).json()) as { csrf: string };
      const send = (path: string, method: string, body: unknown) =>
        fetch(`../../admin/v1${path}`, {
          method,
          headers: { 'content-type': 'application/json', 'x-plantain-csrf': session.csrf },
          body: JSON.stringify(body),
        }).then(({ status }) => status);
      return [
        await send(`/orders/${order}/settle`, 'POST', { cost_micro_usd: 0, reason: 'r' }),
        await send('/limits?project=proj_default&users=true', 'PATCH', { images_per_day: 1 }),
        await send('/adjustments', 'POST', { project: 'proj_default', amount_micro_usd: 1, reason: 'r' }),
        await send('/keys/bootstrap', 'PATCH', { strict: true }),
        await send('/projects/proj_default', 'PATCH', { markup_basis_points: 1 }),
      ];
    },
    [lost] as const,
  );
  expect(asked).toEqual([403, 403, 403, 403, 403]);
  expect(tab.faults.filter((fault) => !/status of 403/.test(fault))).toEqual([]);
  await tab.context.close();
});

test('an admin settles it: the sum is named before it is booked, what is refused is told at its field, and the log has it', async () => {
  const tab = await openTab(browser);
  const { page } = tab;
  await signIn(tab, gateway.url, gateway.secret);
  await page.goto(`${gateway.url}/console/orders/${lost}`);
  // Neither "no upstream was asked" nor "nothing was charged": who knows.
  await page.getByText('Its server ended before it could tell of its calls.').waitFor();
  await page.getByText('What it is made of is not known: $').waitFor();
  await reach(page.getByRole('button', { name: 'Say what it cost' }));
  await page.keyboard.press('Enter');
  const expectAccessible = async (): Promise<void> => {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await accessibilityFaults(tab)).toEqual([]);
    }
  };
  await expectAccessible();
  const field = (name: string) => page.getByRole('spinbutton', { name });
  await field('What it cost').fill('0.080001');
  await field('Pictures that came').fill('3');
  await page.getByRole('textbox', { name: 'How that is known' }).fill('October bill');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Book $0.080001?' }).waitFor();
  await expectAccessible();
  expect(await admin(gateway, `/orders/${lost}`)).toMatchObject({ status: 'unknown' });
  await page.getByRole('button', { name: 'Book $0.080001' }).click();
  // The order asked for fewer.
  await page.getByRole('dialog').getByRole('alert').waitFor();
  expect(await field('Pictures that came').getAttribute('aria-invalid')).toBe('true');
  expect(await field('What it cost').inputValue()).toBe('0.080001');
  await page.setViewportSize({ width: 320, height: 800 });
  await expectNoSidewaysScroll(tab);
  await field('Pictures that came').fill('2');
  await reach(page.getByRole('button', { name: 'Go on' }));
  await page.keyboard.press('Enter');
  await reach(page.getByRole('button', { name: 'Book $0.080001' }));
  await page.keyboard.press('Enter');
  await page.getByText('It is settled at $0.080001.').waitFor();
  await page.getByText('Done', { exact: true }).waitFor();
  expect(await page.getByRole('heading', { name: 'Nobody knows what became of it' }).count()).toBe(0);
  expect((await admin(gateway, '/audit?action=order.settle'))['data']).toMatchObject([
    { subject: lost, who: 'admin secret', after: { cost_micro_usd: 80_001, reason: 'October bill' } },
  ]);
  expect(tab.faults.filter((fault) => !/status of 400/.test(fault))).toEqual([]);
  await tab.context.close();
});
