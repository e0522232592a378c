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

test('a mask that was taken away is not offered again for that picture, until another one is painted on it', async () => {
  const { page } = opened;
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const canvas = page.locator('.mask-picture canvas');
  await button('Change the mask').click();
  await button('Remove the mask').click();
  await button('Paint a mask on the first').click();
  await canvas.waitFor();
  expect(await button('Use this mask').isDisabled()).toBe(true);
  expect(await button('Remove the mask').count()).toBe(0);
  await canvas.focus();
  await page.keyboard.press(' ');
  await button('Use this mask').click();
  await button('Change the mask').click();
  await canvas.waitFor();
  expect(await button('Use this mask').isEnabled()).toBe(true);
  await button('Cancel').click();
});

test('Escape leaves the mask as it was, and asks for a second one where that loses what was painted', async () => {
  const { page } = opened;
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const dialog = page.getByRole('dialog');
  const canvas = page.locator('.mask-picture canvas');
  const asked = dialog.getByRole('alert').filter({ hasText: 'Escape again' });
  const open = async (): Promise<void> => {
    await button('Change the mask').click();
    await canvas.waitFor();
    await canvas.focus();
  };
  await open();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  // A corner of a lasso that is not closed is given up before anything else.
  await open();
  await page.keyboard.press('l');
  await page.keyboard.press(' ');
  await page.keyboard.press('Escape');
  expect([await dialog.count(), await asked.count()]).toEqual([1, 0]);
  await page.keyboard.press('b');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press(' ');
  await page.keyboard.press('Escape');
  await asked.waitFor();
  // Whoever paints on has not meant it.
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press(' ');
  await asked.waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await open();
  expect(await button('Undo').getAttribute('aria-disabled')).toBe('false');
  await button('Undo').click();
  expect(await button('Use this mask').isDisabled()).toBe(true);
  await button('Cancel').click();
  expect(opened.tab.faults).toEqual([]);
});
