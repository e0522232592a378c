import type { Page } from 'playwright-core';
import { edit } from './drawn-pictures.ts';

/** What the console looks like in one moment: how one gets there from its address, and what is there then. */
export interface State {
  readonly name: string;
  readonly path: string;
  /** Waits for what the picture is about, having done what leads to it. */
  readonly show: (page: Page) => Promise<void>;
  /** Nobody is signed in. */
  readonly isOutside?: boolean;
}

const text = (words: string) => async (page: Page) => page.getByText(words).first().waitFor();
const openPicture = async (page: Page, name: string): Promise<void> => {
  const card = page.locator(`article[aria-label="${name}"]`);
  await card.getByRole('button', { name: 'More' }).click();
  await page.getByRole('dialog').waitFor();
};
const pictures = async (page: Page): Promise<void> => {
  await page.locator('article.picture img').nth(8).waitFor();
  // What lies below is laid out when it is scrolled to.
  await page.evaluate(() =>
    Promise.all([...document.images].map((image) => image.decode().catch(() => undefined))),
  );
};

/** Twelve of what people come for, and the others after them. `order` is the id of an order with two calls. */
export const statesOf = (order: string): readonly State[] => [
  {
    name: 'studio',
    path: 'studio',
    async show(page) {
      await pictures(page);
      await page
        .getByLabel('Prompt', { exact: true })
        .fill('A red fox asleep in a snowy birch forest at dawn, soft watercolour');
      await page.getByRole('radio', { name: '16:9', exact: true }).check({ force: true });
      await page.getByText('usually about').waitFor();
    },
  },
  {
    name: 'mask',
    path: 'studio',
    async show(page) {
      await pictures(page);
      await page.locator('article[aria-label="A lighthouse on a rock in the sea"] .picture-open').press('m');
      const canvas = page.locator('.mask-picture canvas');
      await canvas.waitFor();
      await page.locator('.toast').first().getByRole('button', { name: 'Close' }).dispatchEvent('click');
      const box = (await canvas.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;
      await page.mouse.move(...at(0.68, 0.22));
      await page.mouse.down();
      await page.mouse.move(...at(0.82, 0.2), { steps: 6 });
      await page.mouse.move(...at(0.86, 0.3), { steps: 6 });
      await page.mouse.up();
    },
  },
  {
    name: 'picture',
    path: 'studio',
    async show(page) {
      await pictures(page);
      await openPicture(page, edit);
    },
  },
  {
    name: 'compare',
    path: 'studio',
    async show(page) {
      await pictures(page);
      for (const name of ['A lighthouse on a rock in the sea', edit])
        await page.locator(`article[aria-label="${name}"]`).getByRole('checkbox').check();
      await page.getByRole('button', { name: 'Compare' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'gallery', path: 'gallery', show: pictures },
  {
    name: 'orders',
    path: 'orders',
    show: async (page) => page.getByRole('row', { name: /Done/ }).first().waitFor(),
  },
  { name: 'order', path: `orders/${order}`, show: text('The price as a sum') },
  { name: 'usage', path: 'usage?split=key', show: text('than in the 30 days before') },
  { name: 'keys', path: 'keys', show: text('newsletter') },
  { name: 'key', path: 'keys/mobile-app', show: text('Limits and what is used') },
  { name: 'projects', path: 'projects', show: (page) => page.getByRole('table').first().waitFor() },
  {
    name: 'project',
    path: 'projects/proj_default',
    show: text('Limits of all its keys together'),
  },
  { name: 'upstreams', path: 'upstreams', show: text('Models it was asked for') },
  { name: 'models', path: 'models', show: text('gemini-nano-banana-2.1') },
  {
    name: 'code',
    path: 'studio',
    async show(page) {
      await pictures(page);
      await page.getByLabel('Prompt', { exact: true }).fill('A fox in the snow');
      await page.getByRole('button', { name: 'Get the code' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'new-key',
    path: 'keys',
    async show(page) {
      await page.getByRole('button', { name: 'New key' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('intranet');
    },
  },
  { name: 'audit', path: 'audit', show: text('key.create') },
  { name: 'settings', path: 'settings', show: text('limits.max_held_bytes') },
  { name: 'login', path: 'login', isOutside: true, show: text('Admin secret') },
];
