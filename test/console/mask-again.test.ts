import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenConsole, openConsole } from './support/open-console.ts';

let opened: OpenConsole;
beforeAll(async () => {
  opened = await openConsole('studio');
});
afterAll(() => opened.close());

test('editing the same picture with a mask again begins with what was painted the last time, whichever way leads there', async () => {
  const { page } = opened;
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const first = page.locator('article.picture').last();
  await page.getByLabel('Prompt', { exact: true }).fill('An owl');
  await page.getByLabel('Prompt', { exact: true }).press('Control+Enter');
  await first.getByRole('button', { name: 'Edit' }).click();
  await button('Paint a mask on the first').click();
  await page.locator('.mask-picture canvas').focus();
  await page.keyboard.press(' ');
  await button('Use this mask').click();
  await button('Draw').click();
  await expect.poll(() => page.locator('article[data-state=done]').count(), { timeout: 20_000 }).toBe(2);
  for (const lead of [
    async () => {
      await first.getByRole('button', { name: 'Edit' }).click();
      await button('Paint a mask on the first').click();
    },
    async () => {
      await first.getByRole('button', { name: 'More' }).click();
      await button('Edit with a mask').click();
    },
  ]) {
    await lead();
    await page.locator('.mask-picture canvas').waitFor();
    // Of an empty mask it would say that nothing is painted yet.
    await button('Use this mask').click();
    await button('Change the mask').waitFor();
  }
});
