import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults } from './support/browser.ts';
import { type OpenConsole, openConsole } from './support/open-console.ts';

let opened: OpenConsole;
let page: Page;
beforeAll(async () => {
  opened = await openConsole('studio');
  ({ page } = opened);
  await page.getByText('At most').waitFor();
});
afterAll(() => opened.close());

/** Has the next order refused with that, and gives its card. */
async function refused(prompt: string, error: Readonly<Record<string, string>>) {
  await page.route(/\/v1\/images\/generations$/, (route) =>
    route.fulfill({ status: 429, json: { error: { param: null, ...error } } }),
  );
  await page.getByLabel('Prompt', { exact: true }).fill(prompt);
  await page.getByRole('button', { name: 'Draw', exact: true }).click();
  const card = page.locator(`article[aria-label="${prompt}"][data-state=failed]`);
  await card.waitFor();
  await page.unrouteAll();
  return card;
}

test('another key is the cure of a limit of the key, and of no limit of an upstream', async () => {
  const code = 'rate_limit_exceeded';
  const upstream = await refused('An owl', { message: 'No.', code, type: 'rate_limit_error' });
  expect(await upstream.textContent()).toContain('another key would not help');
  for (const type of ['requests', 'images']) {
    const own = await refused(`A fox of ${type}`, { message: 'No.', code, type });
    expect(await own.textContent()).toContain('or choose another key');
  }
});

test('a budget that is too small is told once, with its own cure', async () => {
  const card = await refused('A wolf', {
    message: 'The whole budget of key "laptop" does not hold this order. Its operator can raise it.',
    code: 'insufficient_quota',
    type: 'insufficient_quota',
  });
  expect((await card.locator('.failure').textContent())?.match(/budget/g)?.length).toBe(1);
  expect(await card.locator('.failure p').count()).toBe(1);
});

test('a long refusal is as wide as it can be read, and tells no size of a picture that there is not', async () => {
  const message = 'The upstream refuses what was asked for, for a reason that takes it many words. '.repeat(
    8,
  );
  const card = await refused('A bear', { message, code: 'moderation_blocked', type: 'x' });
  const box = (await card.boundingBox())!;
  expect(box.width).toBeGreaterThan(box.height);
  expect(box.height).toBeLessThan(400);
  expect(await card.textContent()).not.toMatch(/\d × \d/);
  expect(await accessibilityFaults(opened.tab)).toEqual([]);
});

test('a refusal that cost something says what of: its upstream’s words are of the picture alone', async () => {
  await page.getByLabel('Prompt', { exact: true }).fill('A crow [scenario: image-safety]');
  await page.getByRole('button', { name: 'Draw', exact: true }).click();
  const card = page.locator('article[data-state=failed]').filter({ hasText: 'A crow' });
  await card.getByText(/^\$0\.\d+ are counted: /).waitFor();
  expect(await card.locator('.failure').textContent()).toContain('will not be charged');
  expect(await accessibilityFaults(opened.tab)).toEqual([]);
});
