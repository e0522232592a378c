import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accessibilityFaults,
  expectNoSidewaysScroll,
  launchBrowser,
  openTab,
  saved,
  signIn,
} from './support/browser.ts';
import { admin, type ConsoleGateway, startConsoleGateway } from './support/console-gateway.ts';

let browser: Browser;
let gateway: ConsoleGateway;
beforeAll(async () => {
  [browser, gateway] = await Promise.all([launchBrowser(), startConsoleGateway()]);
  // A thousand keys that draw something on each of 95 days: 90,000 rows of a report of ninety. One order was cut off.
  const file = new DatabaseSync(join(gateway.dataDir, 'plantain.db'), { timeout: 5000 });
  file.exec(`insert into usage_hours
      (hour_ms, key_id, project_id, model, upstream, unknown_orders, succeeded_orders, images_delivered, cost_micro_usd, charged_micro_usd)
    with recursive
      days (day) as (select 0 union all select day + 1 from days where day < 94),
      keys (key) as (select 1 union all select key + 1 from keys where key < 1000)
    select ${String(Math.floor(Date.now() / 86_400_000) * 86_400_000)} - day * 86400000,
      printf('key_%04d', key), 'proj_1', 'm', 'u', day = 0 and key = 1, day > 0 or key > 1, 2, key * 1003 + day, key * 1003 + day
    from days, keys`);
  file.close();
});
afterAll(async () => {
  await browser.close();
  await gateway.close();
});

const address = 'usage?days=90&split=key&zone=UTC';
const cells = (page: Page): Promise<string[][]> =>
  page
    .getByRole('group', { name: 'By key' })
    .getByRole('row')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent ?? '')),
    );
const microUsd = (text = ''): number => Math.round(Number(text.replaceAll(/[$,]/g, '')) * 1_000_000);

test('ninety days of a thousand keys show the dearest twelve and all others together, to the micro-dollar', async () => {
  const tab = await openTab(browser);
  const { page } = tab;
  await signIn(tab, gateway.url, gateway.secret);
  await page.goto(`${gateway.url}/console/${address}`);
  await page.getByRole('heading', { name: 'By key' }).waitFor();
  const [, ...rows] = await cells(page);
  const names = Array.from({ length: 12 }, (_none, index) => `key_${String(1000 - index).padStart(4, '0')}`);
  expect(rows.map(([name]) => name)).toEqual([...names, '988 others', 'Together']);
  const costs = rows.map(([, cost]) => microUsd(cost));
  expect(costs[0]).toBe(90 * 1_003_000 + 4005);
  const { total } = (await admin(gateway, `/usage?from=${await firstDay(page)}&time_zone=UTC`)) as {
    total: { cost_micro_usd: number };
  };
  expect(costs.at(-1)).toBe(total.cost_micro_usd);
  expect(costs.slice(0, -1).reduce((sum, cost) => sum + cost, 0)).toBe(total.cost_micro_usd);
  expect(rows.map(([, , , orders]) => orders).slice(-2)).toEqual(['88,920', '90,000']);
  await page.getByText('The 12 largest of the range stand by themselves').waitFor();
  await page.getByText('1 order was cut off when a server died; it is counted').waitFor();
  // Seven have a colour of the plot, the others one together.
  await page.getByRole('listitem').filter({ hasText: '993 others' }).waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await accessibilityFaults(tab)).toEqual([]);
  }
  expect(tab.faults).toEqual([]);
  await page.setViewportSize({ width: 320, height: 800 });
  await expectNoSidewaysScroll(tab);
  await tab.context.close();
});

test('a download is whole where a report may be, and has the largest hundred and the others where not', async () => {
  const tab = await openTab(browser);
  const { page } = tab;
  await signIn(tab, gateway.url, gateway.secret);
  const csv = async (): Promise<string[]> => {
    const download = page.getByRole('button', { name: 'Download CSV' });
    return (await saved(page, () => download.click())).toString().trim().split('\r\n');
  };
  await page.goto(`${gateway.url}/console/usage?days=30&split=key&zone=UTC`);
  await page.getByRole('heading', { name: 'By key' }).waitFor();
  expect(await csv()).toHaveLength(1 + 30 * 1000);
  await page.goto(`${gateway.url}/console/${address}`);
  await page.getByRole('heading', { name: 'By key' }).waitFor();
  const rows = await csv();
  expect(rows).toHaveLength(1 + 90 * 101);
  expect(rows[101]).toMatch(/^\d{4}-\d\d-\d\d,UTC,,,900,900,/);
  await page.getByText('the file has the 100 largest').waitFor();
  // What the browser itself says of the whole, which was refused.
  expect(tab.faults.filter((fault) => !fault.includes('400'))).toEqual([]);
});

/** Of the ninety that the page shows: its clock's. */
const firstDay = (page: Page): Promise<string> =>
  page.evaluate(() => new Date(Date.now() - 89 * 86_400_000).toISOString().slice(0, 10));
