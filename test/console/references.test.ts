import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tab } from './support/browser.ts';
import { type OpenConsole, openConsole } from './support/open-console.ts';

interface SentFile {
  readonly name: string;
  readonly type: string;
  readonly base64: string;
}

let opened: OpenConsole;
let tab: Tab;
let page: Page;
beforeAll(async () => {
  opened = await openConsole('studio');
  ({ tab, page } = opened);
  await page.getByLabel('Prompt', { exact: true }).waitFor();
});
afterAll(() => opened.close());

const png = async (name: string, width: number, height: number): Promise<SentFile> => ({
  name,
  type: 'image/png',
  base64: (
    await sharp({ create: { width, height, channels: 3, background: '#c63' } })
      .png()
      .toBuffer()
  ).toString('base64'),
});
/** What the browser tells the page when files are dropped on a place of it, or pasted. */
const hand = (how: 'drop' | 'paste', files: readonly SentFile[]) =>
  page.evaluate(
    ([kind, sent]) => {
      const data = new DataTransfer();
      for (const { name, type, base64 } of sent) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], name, { type }));
      }
      const place = document.querySelector(kind === 'drop' ? '.references' : '#prompt');
      const init = { bubbles: true, cancelable: true };
      if (kind === 'paste')
        place?.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: data }));
      else
        for (const type of ['dragenter', 'dragover', 'drop'])
          place?.dispatchEvent(new DragEvent(type, { ...init, dataTransfer: data }));
    },
    [how, files] as const,
  );
const names = () =>
  page.locator('.references img').evaluateAll((all) => all.map((one) => one.getAttribute('alt')));
const until = (seen: () => Promise<unknown>) => expect.poll(seen, { timeout: 20_000 });

test('pictures that are dropped become references with their pixels, in the order in which they were given', async () => {
  await hand('drop', [await png('one.png', 120, 80), await png('two.png', 64, 64)]);
  await until(names).toEqual(['one.png', 'two.png']);
  await page.getByText('120 × 80', { exact: true }).waitFor();
});

test('one that is pasted into the prompt comes behind them, and can be moved forward', async () => {
  await hand('paste', [await png('three.png', 30, 40)]);
  await until(names).toEqual(['one.png', 'two.png', 'three.png']);
  await page.getByRole('button', { name: 'Move three.png forward' }).click();
  await until(names).toEqual(['one.png', 'three.png', 'two.png']);
});

test('what is no picture, and what is too much for the model, is refused with the reason and leaves the others', async () => {
  await hand('drop', [
    { name: 'notes.txt', type: 'text/plain', base64: btoa('notes') },
    { name: 'broken.png', type: 'image/png', base64: btoa('no picture') },
  ]);
  await page.getByText('broken.png is no picture that this browser can read.').waitFor();
  await hand(
    'drop',
    await Promise.all(Array.from({ length: 12 }, (_none, at) => png(`more-${at}.png`, 8, 8))),
  );
  await page.getByText('This model takes at most 14 pictures.').waitFor();
  expect((await names()).length).toBe(14);
});

test('the order has them as they were given, byte for byte', async () => {
  await page.getByLabel('Prompt', { exact: true }).fill('A fox');
  for (const name of (await names()).slice(2))
    await page.getByRole('button', { name: `Remove ${name ?? ''}`, exact: true }).click();
  const request = page.waitForRequest((one) => one.url().endsWith('/v1/images/edits'));
  await page.getByRole('button', { name: 'Draw', exact: true }).click();
  const { images } = (await request).postDataJSON() as { images: { image_url: string }[] };
  const given = [await png('one.png', 120, 80), await png('three.png', 30, 40)];
  expect(images.map(({ image_url }) => image_url)).toEqual(
    given.map(({ base64 }) => `data:image/png;base64,${base64}`),
  );
  await page.locator('article[data-state=done]').waitFor();
  expect(tab.faults).toEqual([]);
});
