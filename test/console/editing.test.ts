import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generate } from '../support/http.ts';
import { accessibilityFaults, expectNoSidewaysScroll, reach, type Tab } from './support/browser.ts';
import { admin, type ConsoleGateway } from './support/console-gateway.ts';
import { type OpenConsole, openConsole } from './support/open-console.ts';

let opened: OpenConsole;
let gateway: ConsoleGateway;
let tab: Tab;
let page: Page;
let dialog: Locator;
beforeAll(async () => {
  opened = await openConsole();
  ({ gateway, tab, page } = opened);
  dialog = page.getByRole('dialog');
});
afterAll(() => opened.close());

/** In both themes. */
async function expectAccessible(): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await accessibilityFaults(tab)).toEqual([]);
  }
}
const lastAudit = async (): Promise<unknown> =>
  ((await admin(gateway, '/audit?limit=1'))['data'] as unknown[])[0];
/** What the browser itself says of a refusal. */
const faults = (): string[] => tab.faults.filter((fault) => !/status of 4\d\d/.test(fault));

test('a key is edited in one dialog, by the keyboard alone: what is refused is told at its field, what was not touched stays', async () => {
  await admin(gateway, '/keys', { name: 'taken' });
  const { id } = await admin(gateway, '/keys', {
    name: 'shop',
    tags: { team: 'web', note: 'two\nlines' },
    expires_at: '2100-01-01T10:20:30Z',
    limits: { day_micro_usd: 1_234_567 },
  });
  await page.goto(`${gateway.url}/console/keys/${String(id)}`);
  await page.getByText('note="two\\nlines"').waitFor();
  await reach(page.getByRole('button', { name: 'Edit the key' }));
  await page.keyboard.press('Enter');
  await expectAccessible();
  await page.getByRole('textbox', { name: 'Name' }).fill('taken');
  await reach(page.getByRole('button', { name: 'Save' }));
  await page.keyboard.press('Enter');
  await dialog.getByText('A live key named "taken" exists already').waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('name');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('shop 2');
  await reach(page.getByRole('textbox', { name: 'Addresses' }));
  await page.keyboard.type('10.0.0.0/8\nnowhere');
  await page.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('"nowhere" is no address or network.').waitFor();
  expect(await page.getByRole('textbox', { name: 'Addresses' }).getAttribute('aria-invalid')).toBe('true');
  await expectAccessible();
  await page.getByRole('textbox', { name: 'Addresses' }).fill('10.0.0.0/8\n\n2001:db8::/32');
  await page.getByRole('checkbox', { name: 'Every model' }).uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('An empty list of models would let nothing pass').waitFor();
  await page.getByRole('checkbox', { name: 'gemini-nano-banana-2.1', exact: true }).check();
  await page.getByRole('textbox', { name: 'Tags' }).fill('note="two\\nlines"\nstage=live\nwrong');
  await page.getByRole('button', { name: 'Save' }).click();
  expect(
    await page
      .getByRole('textbox', { name: 'Tags' })
      .evaluate((field) => (field as HTMLTextAreaElement).validationMessage),
  ).toContain('name=value');
  await page.getByRole('textbox', { name: 'Tags' }).fill('note="two\\nlines"\nstage=live');
  await page.getByRole('checkbox', { name: /^Refuse fields/ }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('shop 2 is changed.').waitFor();
  const changed = {
    name: 'shop 2',
    models: ['gemini-nano-banana-2.1'],
    addresses: ['10.0.0.0/8', '2001:db8::/32'],
    tags: { note: 'two\nlines', stage: 'live' },
    strict: true,
    // Not touched: to the second, which its field does not show.
    expires_at: '2100-01-01T10:20:30.000Z',
  };
  expect(await admin(gateway, `/keys/${String(id)}`)).toMatchObject(changed);
  expect(await lastAudit()).toMatchObject({ action: 'key.change', subject: id, who: 'admin secret' });
  await page.getByRole('button', { name: 'Edit the key' }).click();
  await page.getByLabel('Expires').fill('2099-05-06T07:08');
  await page.getByRole('checkbox', { name: 'Every model' }).check();
  await page.getByRole('textbox', { name: 'Addresses' }).fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await admin(gateway, `/keys/${String(id)}`)).toMatchObject({
    ...changed,
    models: null,
    addresses: null,
    expires_at: '2099-05-06T07:08:00.000Z',
  });
  expect(faults()).toEqual([]);
});

test('limits that are finer than a cent stay what they are, and when something is told of them is set with them', async () => {
  const { id } = await admin(gateway, '/keys', { name: 'fine', limits: { day_micro_usd: 1_234_567 } });
  await page.goto(`${gateway.url}/console/keys/${String(id)}`);
  await page.getByRole('button', { name: 'Change the limits' }).click();
  await page.getByRole('checkbox', { name: 'Requests a minute: No limit' }).uncheck();
  await page.getByRole('spinbutton', { name: 'Requests a minute' }).fill('0');
  await page.getByRole('combobox', { name: /^Tell when/ }).selectOption('At percents of its own');
  // It begins with what is in force.
  await expect.poll(() => page.getByRole('textbox', { name: 'At percents' }).inputValue()).toBe('80, 95');
  await page.getByRole('textbox', { name: 'At percents' }).fill('50, 90');
  await page.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText("Invalid value for 'limits.requests_per_minute'").waitFor();
  await expectAccessible();
  await page.getByRole('spinbutton', { name: 'Requests a minute' }).fill('3');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The limits of fine are in force.').waitFor();
  expect(await admin(gateway, `/keys/${String(id)}`)).toMatchObject({
    limits: { day_micro_usd: 1_234_567, requests_per_minute: 3, month_micro_usd: null },
    alert_at: [50, 90],
  });
  // The log tells of it by its name.
  await page.getByRole('link', { name: 'Audit' }).click();
  await page
    .getByRole('row')
    .filter({ hasText: `fine${String(id)}` })
    .first()
    .waitFor();
  expect(faults()).toEqual([]);
});

test('what new keys of a project begin with is set on its page, and a name that is taken is told at its field', async () => {
  await admin(gateway, '/projects', { name: 'prints' });
  const { id } = await admin(gateway, '/projects', { name: 'posters', markup_basis_points: 250 });
  await page.goto(`${gateway.url}/console/projects/${String(id)}`);
  await page.getByRole('button', { name: 'Name and markup' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('prints');
  await page.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('prints').and(dialog.getByRole('alert')).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Limits of new keys' }).click();
  await page.getByRole('checkbox', { name: 'Pictures a day: No limit' }).uncheck();
  await page.getByRole('spinbutton', { name: 'Pictures a day' }).fill('7');
  await expectAccessible();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('posters is changed.').waitFor();
  const { limits } = await admin(gateway, '/keys', { name: 'wall', project: 'posters' });
  expect(limits).toMatchObject({ images_per_day: 7 });
  expect(await admin(gateway, `/projects/${String(id)}`)).toMatchObject({ markup_basis_points: 250 });
  expect(faults()).toEqual([]);
});

test('limits by model of a key and a project are set beside its own, and show what is used of them', async () => {
  const { id, secret } = await admin(gateway, '/keys', { name: 'by model' });
  await page.goto(`${gateway.url}/console/keys/${String(id)}`);
  await page.getByText('No model has limits of its own here.').waitFor();
  await reach(page.getByRole('button', { name: 'Limit a model' }));
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'Model' }).selectOption('gemini-3-pro-image');
  await expectAccessible();
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('checkbox', { name: 'Pictures a day: No limit' }).uncheck();
  await page.getByRole('spinbutton', { name: 'Pictures a day' }).fill('1');
  await page.getByRole('checkbox', { name: 'Requests a minute: No limit' }).uncheck();
  await page.getByRole('spinbutton', { name: 'Requests a minute' }).fill('0');
  await page.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText("Invalid value for 'requests_per_minute'").waitFor();
  await expectAccessible();
  await page.getByRole('checkbox', { name: 'Requests a minute: No limit' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The limits of gemini-3-pro-image are in force.').waitFor();
  expect(await lastAudit()).toMatchObject({
    action: 'limits.set',
    subject: id,
    who: 'admin secret',
    after: { model: 'gemini-3-pro-image', images_per_day: 1 },
  });
  const mine = { ...gateway, key: String(secret) };
  const wish = { prompt: 'a fox', model: 'gemini-3-pro-image' };
  expect((await generate(mine, wish)).status).toBe(200);
  expect((await generate(mine, wish)).status).toBe(429);
  await page.getByText('1 of 1').waitFor();
  await page.getByRole('button', { name: 'Change the limits of gemini-3-pro-image' }).click();
  expect(await page.getByRole('spinbutton', { name: 'Pictures a day' }).inputValue()).toBe('1');
  await page.getByRole('checkbox', { name: 'Pictures a day: No limit' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('No model has limits of its own here.').waitFor();
  expect((await generate(mine, wish)).status).toBe(200);
  await page.goto(`${gateway.url}/console/projects/proj_default`);
  await page.getByRole('button', { name: 'Limit a model' }).click();
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('checkbox', { name: 'Orders at once: No limit' }).uncheck();
  await page.getByRole('spinbutton', { name: 'Orders at once' }).fill('5');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('0 of 5').waitFor();
  expect(faults()).toEqual([]);
});

test('end users of a project are limited, each and one by its name, which is looked up with what it has used', async () => {
  const { id } = await admin(gateway, '/projects', { name: 'with users' });
  const { secret } = await admin(gateway, '/keys', { name: 'app', project: 'with users' });
  const mine = { ...gateway, key: String(secret) };
  await page.goto(`${gateway.url}/console/projects/${String(id)}`);
  await page.getByRole('button', { name: 'Limits of each end user' }).click();
  await page.getByRole('checkbox', { name: 'Pictures a day: No limit' }).uncheck();
  await page.getByRole('spinbutton', { name: 'Pictures a day' }).fill('1');
  await page.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.locator('.limit', { hasText: /^Pictures a day1$/ }).waitFor();
  const draw = async (user: string): Promise<number> =>
    (await generate(mine, { prompt: 'a fox', user })).status;
  expect([await draw('ada'), await draw('ada')]).toEqual([200, 429]);
  await page.getByRole('button', { name: 'Limits of one end user' }).click();
  await expectAccessible();
  await page.getByRole('textbox', { name: 'End user' }).fill('ada');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Limits of ada' }).waitFor();
  await page.getByRole('checkbox', { name: 'Pictures a day: No limit' }).uncheck();
  await page.getByRole('spinbutton', { name: 'Pictures a day' }).fill('2');
  await expectAccessible();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The limits of ada are in force.').waitFor();
  expect(await lastAudit()).toMatchObject({ action: 'limits.set', subject: id, after: { user: 'ada' } });
  expect([await draw('ada'), await draw('ada'), await draw('bob'), await draw('bob')]).toEqual([
    200, 429, 200, 429,
  ]);
  await page.getByRole('button', { name: 'Limits of one end user' }).click();
  await page.getByRole('textbox', { name: 'End user' }).fill('ada');
  await page.getByRole('button', { name: 'Go on' }).click();
  await dialog.getByText('2 of 2').waitFor();
  await page.keyboard.press('Escape');
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await expectNoSidewaysScroll(tab);
  }
  expect(faults()).toEqual([]);
});

test('money is given back to the budgets of a project with a reason, which opens it again, once, and is told of', async () => {
  // One order fits, and none beside what it cost.
  await generate(gateway, { prompt: 'a fox' });
  const { data } = await admin(gateway, '/orders?limit=1');
  const [first] = data as { reserved_micro_usd: number }[];
  const { id } = await admin(gateway, '/projects', {
    name: 'spent',
    limits: { day_micro_usd: first?.reserved_micro_usd },
  });
  const { secret } = await admin(gateway, '/keys', { name: 'spender', project: 'spent' });
  const draw = async (): Promise<number> =>
    (await generate({ ...gateway, key: String(secret) }, { prompt: 'a fox' })).status;
  expect([await draw(), await draw()]).toEqual([200, 429]);
  await page.goto(`${gateway.url}/console/projects/${String(id)}`);
  await page.getByText('Nothing was given back or taken.').waitFor();
  await reach(page.getByRole('button', { name: 'Add a credit' }));
  await page.keyboard.press('Enter');
  await page.getByRole('spinbutton', { name: 'Amount' }).fill('1000001');
  await page.getByRole('textbox', { name: 'Reason' }).fill('the demo of Friday');
  await page.keyboard.press('Enter');
  await dialog.getByRole('alert').waitFor();
  await expectAccessible();
  await page.getByRole('spinbutton', { name: 'Amount' }).fill('0.500001');
  // The answer is lost on its way, and it is sent again.
  await page.route('**/admin/v1/adjustments', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    await route.fetch();
    await route.abort();
    await page.unroute('**/admin/v1/adjustments');
  });
  await page.getByRole('button', { name: 'Book it' }).click();
  await dialog.getByText('The server could not be reached.').waitFor();
  await page.getByRole('button', { name: 'Book it' }).click();
  await page.getByText('$0.500001 were given back.').waitFor();
  await page.getByRole('row', { name: /the demo of Friday.*\$0\.500001/ }).waitFor();
  await expectAccessible();
  expect((await admin(gateway, `/adjustments?project=${String(id)}`))['data']).toMatchObject([
    { amount_micro_usd: 500_001, reason: 'the demo of Friday', actor: 'admin secret' },
  ]);
  expect((await admin(gateway, '/audit?action=adjustment.add'))['data']).toMatchObject([{ subject: id }]);
  expect(await draw()).toBe(200);
  await page.getByRole('button', { name: 'Add a credit' }).click();
  await page.getByRole('combobox', { name: 'What is done' }).selectOption('Take: less room');
  await page.getByRole('spinbutton', { name: 'Amount' }).fill('0.1');
  await page.getByRole('textbox', { name: 'Reason' }).fill('a slip');
  await page.getByRole('button', { name: 'Book it' }).click();
  await page.getByRole('row', { name: /a slip.*-\$0\.10/ }).waitFor();
  await page.setViewportSize({ width: 320, height: 900 });
  await expectNoSidewaysScroll(tab);
  await page.setViewportSize({ width: 1280, height: 900 });
  expect(faults().filter((fault) => !fault.includes('net::ERR_FAILED'))).toEqual([]);
});
