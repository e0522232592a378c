import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { generate } from '../support/http.ts';
import { launchBrowser, openTab, reach, saved, signIn, type Tab } from './support/browser.ts';
import { admin, type ConsoleGateway, startConsoleGateway } from './support/console-gateway.ts';

let browser: Browser;
let gateway: ConsoleGateway;
let tab: Tab;
let page: Page;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  gateway = await startConsoleGateway();
  tab = await openTab(browser);
  page = tab.page;
});
afterEach(async () => {
  await tab.context.close();
  await gateway.close();
});

const addressOf = (): string => page.url().replace(`${gateway.url}/console`, '');

test('the link of the start opens the console once, and its token is gone from the address', async () => {
  const link = `${gateway.url}/console/#claim=${gateway.app.claimToken ?? ''}`;
  await page.goto(link);
  await page.getByRole('heading', { name: 'Set up', level: 1 }).waitFor();
  expect(addressOf()).toBe('/setup');
  const other = await openTab(browser);
  await other.page.goto(link);
  await other.page.getByText('This link was used').waitFor();
  await other.context.close();
  expect(tab.faults).toEqual([]);
});

test('orders come by themselves, stand still when told to, and open with their calls and price', async () => {
  await signIn(tab, gateway.url, gateway.secret, 'orders');
  await page.getByText('No orders yet').waitFor();
  await generate(gateway, { prompt: 'a fox' });
  await page.getByRole('row', { name: /Done/ }).waitFor();
  await page.getByRole('button', { name: 'Live' }).click();
  await generate(gateway, { prompt: 'an otter' });
  await page.getByRole('button', { name: '1 new order' }).waitFor();
  expect(await page.getByRole('row', { name: /Done/ }).count()).toBe(1);
  await page.getByRole('button', { name: '1 new order' }).click();
  await page.getByRole('row', { name: /Done/ }).nth(1).waitFor();
  await page.getByRole('row', { name: /Done/ }).first().getByRole('link').click();
  await page.getByText('Call 1').first().waitFor();
  const sum = page.getByRole('table', { name: 'The price as a sum' });
  const amounts = await sum.getByRole('row').locator('td:last-child').allTextContents();
  const dollars = amounts.map((text) => Math.round(Number(text.replace('$', '')) * 1_000_000));
  const total = dollars.pop() ?? 0;
  expect(Math.abs(dollars.reduce((whole, part) => whole + part, 0) - total)).toBeLessThanOrEqual(1);
  expect(total).toBeGreaterThan(0);
  expect(tab.faults).toEqual([]);
});

test('filters stand in the address, which brings them back', async () => {
  await generate(gateway, { prompt: 'a fox [scenario: safety]' });
  await generate(gateway, { prompt: 'a fox' });
  await signIn(tab, gateway.url, gateway.secret, 'orders');
  await page.getByRole('row', { name: /Done/ }).waitFor();
  await page.getByLabel('Outcome').selectOption('refused');
  await page.getByRole('row', { name: /Done/ }).waitFor({ state: 'detached' });
  expect(addressOf()).toBe('/orders?status=refused');
  await page.reload();
  await page.getByRole('row', { name: /Refused/ }).waitFor();
  expect(await page.getByRole('row').count()).toBe(2);
  expect(await page.getByLabel('Outcome').inputValue()).toBe('refused');
});

test('orders are narrowed down by project, end user and day, changes by who made them, and both can be sent as an address', async () => {
  const project = await admin(gateway, '/projects', { name: 'posters' });
  const key = await admin(gateway, '/keys', { name: 'of posters', project: 'posters' });
  await generate({ url: gateway.url, key: String(key['secret']) }, { prompt: 'a fox', user: 'ann' });
  await generate(gateway, { prompt: 'a fox' });
  await signIn(tab, gateway.url, gateway.secret, 'orders');
  const rows = page.getByRole('row', { name: /Done/ });
  await expect.poll(() => rows.count()).toBe(2);
  await page.getByLabel('Project', { exact: true }).selectOption('posters');
  await expect.poll(() => rows.count()).toBe(1);
  expect(addressOf()).toBe(`/orders?project=${String(project['id'])}`);
  const today = new Date().toISOString().slice(0, 10);
  await page.getByLabel('From').fill(today);
  await page.getByLabel('Until').fill(today);
  await page.getByLabel('End user').fill('ann');
  await page.keyboard.press('Enter');
  await page.waitForURL(/user=ann/);
  await page.reload();
  await expect.poll(() => rows.count()).toBe(1);
  const csv = await saved(page, () => page.getByRole('link', { name: 'Download CSV' }).click());
  expect(String(csv).trim().split(/\r?\n/)).toHaveLength(2);
  await page.getByLabel('End user').fill('nobody');
  await page.keyboard.press('Enter');
  await page.getByText('No order matches these filters').waitFor();

  await page.goto(`${gateway.url}/console/audit`);
  await page.getByText('session.begin').or(page.getByText('key.create')).first().waitFor();
  await page.getByLabel('By', { exact: true }).selectOption('admin secret');
  await page.getByLabel('Until').fill(today);
  await page.keyboard.press('Enter');
  await page.waitForURL(/to=/);
  await page.reload();
  await expect.poll(() => page.getByRole('rowheader').count()).toBe(2);
  await page.getByLabel('What', { exact: true }).fill('key.revoke');
  await page.keyboard.press('Enter');
  await page.getByText('No change matches these filters').waitFor();
  await page.getByRole('button', { name: 'Clear the filters' }).first().click();
  await page.getByText('key.create').waitFor();
  expect(tab.faults).toEqual([]);
});

test('an upstream is drained and put back', async () => {
  await signIn(tab, gateway.url, gateway.secret, 'upstreams');
  await page.getByRole('button', { name: 'Drain' }).click();
  await page.getByText('sandbox is drained.').waitFor();
  await page.getByRole('button', { name: 'Put back' }).click();
  await page.getByText('sandbox is back.').waitFor();
  await page.getByRole('button', { name: 'Test' }).click();
  await page.getByText('sandbox answered: all is well.').waitFor();
  expect(tab.faults).toEqual([]);
});

test('a key is made with a budget, its secret is shown once and draws until the budget is spent, and it is revoked', async () => {
  await signIn(tab, gateway.url, gateway.secret, 'keys');
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('website');
  await page.getByRole('checkbox', { name: 'Pictures a day: No limit' }).uncheck();
  await page.getByRole('spinbutton', { name: 'Pictures a day' }).fill('1');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const field = page.getByRole('textbox', { name: 'Secret' });
  const key = await field.inputValue();
  expect(key).toMatch(/^sk-[0-9A-Za-z]{48}$/);
  await page.keyboard.press('Escape');
  expect(await field.isVisible()).toBe(true);
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await field.waitFor({ state: 'detached' });
  expect(await page.content()).not.toContain(key);
  const mine = { ...gateway, key };
  expect((await generate(mine, { prompt: 'a fox' })).status).toBe(200);
  expect((await generate(mine, { prompt: 'a fox' })).status).toBe(429);
  await page.getByRole('link', { name: 'website' }).click();
  await page.getByText('1 of 1').waitFor();
  await page.getByRole('button', { name: 'Change the limits' }).click();
  await page.getByRole('checkbox', { name: 'Pictures a day: No limit' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The limits of website are in force.').waitFor();
  expect((await generate(mine, { prompt: 'a fox' })).status).toBe(200);
  await page.getByRole('button', { name: 'Revoke' }).click();
  const revoke = page.getByRole('dialog').getByRole('button', { name: 'Revoke' });
  await revoke.click({ force: true });
  expect((await generate(mine, { prompt: 'a fox' })).status).toBe(200);
  await page.getByRole('dialog').getByRole('textbox').fill('website');
  await revoke.click();
  await page.getByText('website is revoked.').waitFor();
  expect((await generate(mine, { prompt: 'a fox' })).status).toBe(401);
  await page.getByRole('link', { name: 'Audit' }).click();
  await page.getByText('key.revoke').waitFor();
  await page.getByText('session: admin secret').first().waitFor();
  expect(tab.faults).toEqual([]);
});

test('from the login to an order by the keyboard alone', async () => {
  await generate(gateway, { prompt: 'a fox' });
  await page.goto(`${gateway.url}/console/orders`);
  await reach(page.locator('#secret'));
  await page.keyboard.type(gateway.secret);
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /Done/ }).waitFor();
  await reach(page.getByRole('link', { name: 'Skip to content' }));
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
  await reach(page.getByRole('link', { name: /\d\d:\d\d:\d\d/ }).first());
  await page.keyboard.press('Enter');
  await page.getByText('The price as a sum').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('mod');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Models', level: 1 }).waitFor();
  expect(tab.faults).toEqual([]);
});

test('a session that is over leads to the login once, and back to the page afterwards', async () => {
  await signIn(tab, gateway.url, gateway.secret, 'models');
  await page.getByRole('heading', { name: 'Models', level: 1 }).waitFor();
  await tab.context.clearCookies();
  await page.getByRole('link', { name: 'Upstreams' }).click();
  await page.getByText('Your session is over.').waitFor();
  await page.getByLabel('Admin secret').fill(gateway.secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Upstreams', level: 1 }).waitFor();
});

test('a link to the login leads to no other place afterwards', async () => {
  for (const next of ['https://evil.example/', '//evil.example/', '/\\evil.example', '/v1/models']) {
    await page.goto(`${gateway.url}/console/login?next=${encodeURIComponent(next)}`);
    await page.getByLabel('Admin secret').fill(gateway.secret);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${gateway.url}/console/studio`);
    await page.getByRole('heading', { name: 'Studio', level: 1 }).waitFor();
    await tab.context.clearCookies();
  }
});

test('signing out in one tab ends the other one with its next act', async () => {
  await signIn(tab, gateway.url, gateway.secret, 'models');
  const second = await tab.context.newPage();
  await second.goto(`${gateway.url}/console/upstreams`);
  await second.getByRole('button', { name: 'Drain' }).waitFor();
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await page.getByLabel('Admin secret').waitFor();
  await second.getByRole('button', { name: 'Drain' }).click();
  await second.getByLabel('Admin secret').waitFor();
  expect(await admin(gateway, '/upstreams')).toMatchObject({ data: [{ state: 'ok' }] });
});

test('from the login to a masked edit and to its order by the keyboard alone', async () => {
  page.setDefaultTimeout(45_000);
  const prompt = page.getByLabel('Prompt', { exact: true });
  const button = (name: string) => page.getByRole('button', { name, exact: true }).first();
  const done = (count: number) =>
    expect.poll(() => page.locator('article[data-state=done]').count(), { timeout: 120_000 }).toBe(count);
  await page.goto(`${gateway.url}/console/`);
  await reach(page.locator('#secret'));
  await page.keyboard.type(gateway.secret);
  await page.keyboard.press('Enter');
  await prompt.waitFor();
  await reach(prompt);
  await page.keyboard.type('A fox in a meadow');
  await page.keyboard.press('Control+Enter');
  await done(1);
  await reach(page.locator('.picture-open'));
  await page.keyboard.press('m');
  await reach(page.getByRole('application'));
  await page.keyboard.press(' ');
  for (let step = 0; step < 3; step++) await page.keyboard.press('Shift+ArrowRight');
  await reach(button('Use this mask'));
  await page.keyboard.press('Enter');
  await page.getByText('all outside the mask stays as it is').waitFor();
  await reach(prompt);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('A blue ball');
  await page.keyboard.press('Control+Enter');
  await done(2);
  await reach(button('More'));
  await page.keyboard.press('Enter');
  await reach(page.locator('dialog a[href*="/orders/req_"]'));
  await page.keyboard.press('Enter');
  await page.getByText('The price as a sum').first().waitFor();
  const id = addressOf().replace('/orders/', '');
  expect(await admin(gateway, `/orders/${id}`)).toMatchObject({ operation: 'edit', status: 'succeeded' });
  expect(tab.faults).toEqual([]);
}, 300_000);
