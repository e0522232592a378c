import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tab } from './support/browser.ts';
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

async function openDialog(): Promise<void> {
  await page.goto(`${gateway.url}/console/keys`);
  await page.getByRole('button', { name: 'New key' }).click();
}

test('a new key begins with what its project says of new keys: the dialog shows it for the project that is chosen, and what it shows is what the key gets', async () => {
  await admin(gateway, '/projects', {
    name: 'shop',
    key_limits: { month_micro_usd: 5_000_000, images_per_day: 7 },
  });
  await admin(gateway, '/projects', { name: 'lab', key_limits: { max_open: 2 } });
  const month = dialog.getByRole('spinbutton', { name: 'Money a month' });
  const pictures = dialog.getByRole('spinbutton', { name: 'Pictures a day' });
  const project = dialog.getByRole('combobox', { name: 'Project' });
  await openDialog();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('till');
  expect(await dialog.getByRole('checkbox', { name: 'Money a month: No limit' }).isChecked()).toBe(true);
  await project.selectOption('shop');
  expect(await month.inputValue()).toBe('5');
  await project.selectOption('lab');
  expect(await dialog.getByRole('spinbutton', { name: 'Orders at once' }).inputValue()).toBe('2');
  expect(await month.isDisabled()).toBe(true);
  await project.selectOption('shop');
  expect([await month.inputValue(), await pictures.inputValue()]).toEqual(['5', '7']);
  await pictures.fill('3');
  await dialog.getByRole('button', { name: 'Make the key' }).click();
  await page.getByRole('button', { name: 'I have stored it' }).click();
  expect(await admin(gateway, '/keys/till')).toMatchObject({
    project: { name: 'shop' },
    limits: { month_micro_usd: 5_000_000, images_per_day: 3, max_open: null },
  });
  expect(tab.faults).toEqual([]);
});

test('a new key works until the minute of this browser’s clock that is chosen; one that is over is refused at its field', async () => {
  const field = dialog.getByLabel('Expires');
  await openDialog();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('guest');
  await field.fill('2020-01-01T00:00');
  await dialog.getByRole('button', { name: 'Make the key' }).click();
  await dialog.getByRole('alert').filter({ hasText: 'is over already' }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('expires_at');
  await field.fill('2099-05-06T07:08');
  await dialog.getByRole('button', { name: 'Make the key' }).click();
  await page.getByRole('button', { name: 'I have stored it' }).click();
  expect(await admin(gateway, '/keys/guest')).toMatchObject({ expires_at: '2099-05-06T07:08:00.000Z' });
  expect(tab.faults.filter((fault) => !fault.includes('400'))).toEqual([]);
});

test('the secret is downloaded as an env file, under a name that browsers keep', async () => {
  await openDialog();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('file');
  await dialog.getByRole('button', { name: 'Make the key' }).click();
  const secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue();
  // It is shown once: no key closes it by mistake, however often.
  for (const _time of [1, 2, 3]) await page.keyboard.press('Escape');
  expect(await dialog.isVisible()).toBe(true);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download plantain.env' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('plantain.env');
  expect(Buffer.concat(await (await download.createReadStream()).toArray()).toString()).toBe(
    `OPENAI_API_KEY=${secret}\nOPENAI_BASE_URL=${gateway.url}/v1\n`,
  );
});
