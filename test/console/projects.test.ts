import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generate } from '../support/http.ts';
import type { Tab } from './support/browser.ts';
import type { ConsoleGateway } from './support/console-gateway.ts';
import { type OpenConsole, openConsole } from './support/open-console.ts';

let opened: OpenConsole;
let gateway: ConsoleGateway;
let tab: Tab;
let page: Page;
beforeAll(async () => {
  opened = await openConsole();
  ({ gateway, tab, page } = opened);
});
afterAll(() => opened.close());

test('a project is made with a limit that its keys share, shows what is used, is renamed, and ends with its keys', async () => {
  await page.getByRole('link', { name: 'Projects' }).click();
  await page.getByRole('button', { name: 'New project' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('default');
  await page.getByRole('button', { name: 'Make the project' }).click();
  await page.getByRole('dialog').getByText('default', { exact: false }).first().waitFor();
  await page.getByRole('textbox', { name: 'Name' }).fill('posters');
  await page.getByRole('spinbutton', { name: 'Markup, in percent' }).fill('12.5');
  await page.getByRole('checkbox', { name: 'Pictures a day: No limit' }).uncheck();
  await page.getByRole('spinbutton', { name: 'Pictures a day' }).fill('1');
  await page.getByRole('button', { name: 'Make the project' }).click();
  await page.getByText('posters is made.').waitFor();
  await page.getByRole('row', { name: /posters.*Live.*12.5%/ }).waitFor();
  const made = await fetch(`${gateway.url}/admin/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'wall', project: 'posters' }),
  });
  const mine = { ...gateway, key: ((await made.json()) as { secret: string }).secret };
  expect((await generate(mine, { prompt: 'a fox' })).status).toBe(200);
  expect((await generate(mine, { prompt: 'a fox' })).status).toBe(429);
  await page.getByRole('link', { name: 'posters' }).click();
  await page.getByText('1 of 1').waitFor();
  await page
    .getByText(/^free again/)
    .first()
    .waitFor();
  await page.getByRole('link', { name: 'wall' }).waitFor();
  await page.getByRole('button', { name: 'Change the limits' }).click();
  await page.getByRole('checkbox', { name: 'Pictures a day: No limit' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The limits of posters are in force.').waitFor();
  // What is not limited is never used up.
  await page
    .getByText(/^free again/)
    .first()
    .waitFor({ state: 'detached' });
  expect((await generate(mine, { prompt: 'a fox' })).status).toBe(200);
  await page.getByRole('button', { name: 'Name and markup' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('prints');
  await page.getByRole('spinbutton', { name: 'Markup, in percent' }).fill('0');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('prints is changed.').waitFor();
  await page.getByRole('heading', { name: 'prints', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Archive' }).click();
  const archive = page.getByRole('dialog').getByRole('button', { name: 'Archive' });
  await archive.click({ force: true });
  expect((await generate(mine, { prompt: 'a fox' })).status).toBe(200);
  await page.getByRole('textbox').fill('prints');
  await archive.click();
  await page.getByText('prints is archived.').waitFor();
  expect((await generate(mine, { prompt: 'a fox' })).status).toBe(401);
  await page.getByRole('link', { name: 'Usage by project' }).click();
  await page.getByRole('heading', { name: 'Usage', level: 1 }).waitFor();
  await page.getByRole('link', { name: 'Audit' }).click();
  await page.getByText('project.archive').waitFor();
  await page.getByText('session: admin secret').first().waitFor();
  expect(tab.faults.filter((fault) => !fault.includes('409'))).toEqual([]);
});
