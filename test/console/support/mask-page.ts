import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { expect } from 'vitest';
import { saved } from './browser.ts';

/** In pixels of the picture. */
export type Point = readonly [x: number, y: number];

/** The mask editor of the studio, over a picture of one colour. */
export interface MaskPage {
  readonly button: (name: string) => Locator;
  readonly canvas: () => Locator;
  readonly slide: (name: RegExp, value: number) => Promise<void>;
  readonly choose: (name: string) => Promise<void>;
  readonly open: () => Promise<void>;
  /** Leaves it as it was. */
  readonly leave: () => Promise<void>;
  /** Where on the screen a pixel of the picture is. */
  readonly onScreen: (point: Point) => Promise<[x: number, y: number]>;
  /** Presses, goes along and lets go. */
  readonly drag: (...way: readonly Point[]) => Promise<void>;
  readonly savedMask: () => Promise<Buffer>;
  /** How much may change of each pixel, from 0 to 255, as a reader of the file sees it. */
  readonly editableOf: (png: Buffer) => Promise<Uint8Array>;
}

export async function maskPage(page: Page, width: number, height: number): Promise<MaskPage> {
  const buffer = await sharp({ create: { width, height, channels: 3, background: '#8ab' } })
    .png()
    .toBuffer();
  await page
    .getByLabel('Add pictures')
    .last()
    .setInputFiles({ name: 'sky.png', mimeType: 'image/png', buffer });
  await page.getByText(`${String(width)} × ${String(height)}`, { exact: true }).waitFor();
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const canvas = () => page.locator('.mask-picture canvas');
  const onScreen = async ([x, y]: Point): Promise<[number, number]> => {
    const box = (await canvas().boundingBox())!;
    return [box.x + (x * box.width) / width, box.y + (y * box.height) / height];
  };
  return {
    button,
    canvas,
    onScreen,
    slide: (name, value) => page.getByRole('slider', { name }).fill(String(value)),
    choose: (name) => page.getByRole('radio', { name, exact: true }).check({ force: true }),
    open: async () => {
      await page.getByRole('button', { name: /Paint a mask|Change the mask/ }).click();
      await canvas().waitFor();
    },
    leave: async () => {
      await button('Cancel').click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    },
    drag: async (...way) => {
      const spots = await Promise.all(way.map(onScreen));
      await page.mouse.move(...spots[0]!);
      await page.mouse.down();
      for (const spot of spots.slice(1)) await page.mouse.move(...spot);
      await page.mouse.up();
    },
    savedMask: () => saved(page, () => button('Save as a file').click()),
    editableOf: async (png) => {
      const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([width, height]);
      return Uint8Array.from({ length: width * height }, (_none, at) => 255 - data[at * 4 + 3]!);
    },
  };
}
