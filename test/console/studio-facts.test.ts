import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults } from './support/browser.ts';
import { admin } from './support/console-gateway.ts';
import { type OpenConsole, openConsole } from './support/open-console.ts';

let opened: OpenConsole;
let page: Page;
beforeAll(async () => {
  opened = await openConsole('studio');
  ({ page } = opened);
  await page.getByText('At most').waitFor();
});
afterAll(() => opened.close());

interface Priced {
  readonly id: string;
  readonly is_default: boolean;
  readonly reference_cost_micro_usd: number;
  readonly sizes: readonly { readonly size: string; readonly picture_cost_micro_usd: number }[];
}

test('two pictures that are compared say which is which: prompt, model, pixels, cost and time of each, at its side', async () => {
  for (const [index, prompt] of ['A red fox', 'A grey owl'].entries()) {
    await page.getByLabel('Prompt', { exact: true }).fill(prompt);
    await page.getByLabel('Prompt', { exact: true }).press('Control+Enter');
    await expect
      .poll(() => page.locator('article[data-state=done]').count(), { timeout: 20_000 })
      .toBe(index + 1);
  }
  await page.getByRole('button', { name: 'Select all' }).click();
  await page.getByRole('button', { name: 'Compare' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('slider').waitFor();
  const captions = dialog.locator('.compare-captions > div');
  // The older one is on the left, as it is in the grid.
  for (const [index, side, prompt] of [
    [0, 'Left', 'A grey owl'],
    [1, 'Right', 'A red fox'],
  ] as const)
    expect(await captions.nth(index).innerText()).toMatch(
      new RegExp(`^${side}\\n${prompt}\\n\\S+ · 1024 × 1024 · \\$0\\.\\d+ · [\\d.]+ m?s · \\d+:\\d+`),
    );
  expect(await accessibilityFaults(opened.tab)).toEqual([]);
  await dialog.getByRole('button', { name: 'One over the other' }).click();
  expect(await dialog.locator('.compare-grid figcaption').first().innerText()).toMatch(
    /^A grey owl\n.*1024 × 1024/,
  );
  await page.keyboard.press('Escape');
});

test('a model whose name is that of its family too is named with its id where one is chosen', async () => {
  const options = await page.getByRole('combobox', { name: 'Model' }).getByRole('option').allInnerTexts();
  expect(options).toContain('Nano Banana 2.1');
  expect(options).toContain('Nano Banana (gemini-2.5-flash-image)');
  await page.getByRole('link', { name: 'Models' }).click();
  // What callers write for the family is another model than the one of that name.
  await page
    .locator('section', { has: page.getByRole('heading', { name: 'Nano Banana', exact: true }) })
    .getByText('The name nano-banana means Nano Banana 2.1.')
    .waitFor();
  expect(await page.getByText('The name nano-banana means').count()).toBe(1);
  expect(await accessibilityFaults(opened.tab)).toEqual([]);
  await page.getByRole('link', { name: 'Studio' }).click();
});

test('an edit tells its usual price as well, with what its references cost', async () => {
  const models = (await admin(opened.gateway, '/models')) as { data?: readonly Priced[] };
  const shown = await page.getByRole('combobox', { name: 'Model' }).inputValue();
  const model = models.data!.find(({ id }) => id === shown)!;
  const picture = model.sizes.find(({ size }) => size === '1K')!.picture_cost_micro_usd;
  expect(model.reference_cost_micro_usd).toBeGreaterThan(0);
  const line = page.locator('.price-line');
  const usual = async (): Promise<number> =>
    Number(/usually about \$([\d.]+)/.exec((await line.textContent()) ?? '')?.[1]) * 1e6;
  const near = (microUsd: number) => [microUsd * 0.98, microUsd * 1.02] as const;
  const expectNear = async (microUsd: number): Promise<void> => {
    const [least, most] = near(microUsd);
    await expect.poll(usual).toBeGreaterThan(least);
    expect(await usual()).toBeLessThan(most);
  };
  await expectNear(picture);
  await page.locator('article.picture').first().getByRole('button', { name: 'Edit' }).click();
  await expectNear(picture + model.reference_cost_micro_usd);
  // With a mask the model is shown where it is as well.
  await page.getByRole('button', { name: 'Paint a mask on the first' }).click();
  await page.locator('.mask-picture canvas').focus();
  await page.keyboard.press(' ');
  await page.getByRole('button', { name: 'Use this mask' }).click();
  await expectNear(picture + 2 * model.reference_cost_micro_usd);
  expect(opened.tab.faults).toEqual([]);
});
