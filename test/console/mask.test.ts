import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { accessibilityFaults, type Tab } from './support/browser.ts';
import { type MaskPage, maskPage, type Point } from './support/mask-page.ts';
import { type OpenConsole, openConsole } from './support/open-console.ts';

vi.setConfig({ testTimeout: 120_000 });
const [width, height] = [400, 300];
let opened: OpenConsole;
let tab: Tab;
let page: Page;
let mask: MaskPage;
beforeAll(async () => {
  opened = await openConsole('studio');
  ({ tab, page } = opened);
  mask = await maskPage(page, width, height);
});
afterAll(() => opened.close());

const distanceToLine = ([x, y]: Point, [x1, y1]: Point, [x2, y2]: Point): number => {
  const along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2 || 1);
  const nearest = Math.min(1, Math.max(0, along));
  return Math.hypot(x - x1 - nearest * (x2 - x1), y - y1 - nearest * (y2 - y1));
};
const distanceToWay = (at: Point, way: readonly Point[]): number =>
  Math.min(...way.slice(1).map((point, index) => distanceToLine(at, way[index]!, point)));
const isWithin = ([x, y]: Point, corners: readonly Point[]): boolean =>
  corners.reduce((inside, [x1, y1], index) => {
    const [x2, y2] = corners[(index + 1) % corners.length]!;
    const crosses = y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1;
    return crosses ? !inside : inside;
  }, false);
/** Pixels that are not as a picture of them that was worked out by hand; those at the edge may be either. */
const wrongPixels = (
  painted: Uint8Array,
  isPainted: (at: Point) => boolean,
  toEdge: (at: Point) => number,
): number => {
  let wrong = 0;
  for (let at = 0; at < painted.length; at++) {
    const middle: Point = [(at % width) + 0.5, Math.floor(at / width) + 0.5];
    if (Math.abs(toEdge(middle)) > 1 && (painted[at] === 255) !== isPainted(middle)) wrong++;
  }
  return wrong;
};

const zigzag: readonly Point[] = [
  [60, 60],
  [200, 100],
  [120, 200],
];
const kite: readonly Point[] = [
  [200, 40],
  [330, 150],
  [220, 260],
  [150, 140],
];

test('a stroke is in the file as it was painted, whatever the zoom and the window, and the size of the brush changes none before', async () => {
  await mask.open();
  await mask.slide(/^Size/, 24);
  await mask.drag(...zigzag);
  const [before, brush] = [await mask.savedMask(), 12];
  const offBy = async (png: Buffer): Promise<number> =>
    wrongPixels(
      await mask.editableOf(png),
      (at) => distanceToWay(at, zigzag) < brush,
      (at) => distanceToWay(at, zigzag) - brush,
    );
  expect(await offBy(before)).toBe(0);
  await mask.slide(/^Size/, 80);
  await page.setViewportSize({ width: 900, height: 700 });
  await mask.slide(/^Zoom/, 2);
  expect((await mask.savedMask()).equals(before)).toBe(true);
  await page.locator('.mask-view').evaluate((view) => view.scrollTo(0, 0));
  await mask.drag([20, 20], [60, 20]);
  expect((await mask.savedMask()).equals(before)).toBe(false);
  await page.keyboard.press('Control+z');
  expect((await mask.savedMask()).equals(before)).toBe(true);
  await page.setViewportSize({ width: 1280, height: 900 });
  await mask.leave();
});

test('a lasso takes what lies within its line, erases as well, and goes by keys alone', async () => {
  await mask.open();
  await mask.choose('Lasso');
  await mask.drag(...kite);
  const edge = (at: Point): number => distanceToWay(at, [...kite, kite[0]!]);
  const kitePng = await mask.savedMask();
  expect(
    wrongPixels(
      await mask.editableOf(kitePng),
      (at) => isWithin(at, kite),
      (at) => edge(at),
    ),
  ).toBe(0);
  // Erased again by a rectangle around it.
  await page.keyboard.press('r');
  await page.keyboard.press('e');
  await mask.drag([100, 20], [390, 280]);
  expect(await mask.button('Save as a file').isEnabled()).toBe(true);
  await mask.button('Save as a file').click();
  await page.getByText('Nothing is painted yet').waitFor();
  await page.keyboard.press('Control+z');
  expect((await mask.savedMask()).equals(kitePng)).toBe(true);
  // By keys, from where the pointer was: three corners, one too many taken back, and the line closed.
  await mask.button('Clear').click();
  await page.keyboard.press('l');
  await page.keyboard.press('e');
  await mask.slide(/^Soft edge/, 0);
  await mask.canvas().focus();
  await page.keyboard.press(' ');
  for (const [key, times] of [
    ['ArrowLeft', 8],
    ['ArrowUp', 8],
  ] as const) {
    for (let time = 0; time < times; time++) await page.keyboard.press(key);
    await page.keyboard.press(' ');
  }
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press(' ');
  await page.keyboard.press('Control+z');
  expect(await accessibilityFaults(tab)).toEqual([]);
  await page.keyboard.press('Enter');
  const painted = await mask.editableOf(await mask.savedMask());
  const size = painted.reduce((sum, share) => sum + (share === 255 ? 1 : 0), 0);
  // Half a square: eight steps of a quarter of the brush's 33 pixels in either direction.
  const side = 8 * (33 / 4);
  expect(Math.abs(size - side ** 2 / 2)).toBeLessThan(2 * side);
  expect(painted[270 * width + 330]).toBe(255);
  expect(painted[220 * width + 385]).toBe(0);
  await mask.leave();
});

test('a soft edge goes inwards: nothing outside what was painted changes, and the middle changes wholly', async () => {
  await mask.open();
  await mask.choose('Rectangle');
  await mask.drag([100, 100], [300, 200]);
  await mask.slide(/^Soft edge/, 20);
  const painted = await mask.editableOf(await mask.savedMask());
  const at = (x: number, y: number): number => painted[y * width + x]!;
  for (let x = 0; x < width; x++) for (const y of [0, 97, 203, 299]) expect(at(x, y)).toBe(0);
  expect([at(200, 150), at(200, 125)]).toEqual([255, 255]);
  const across = Array.from({ length: 20 }, (_none, deep) => at(200, 101 + deep));
  expect(across[0]).toBeLessThan(40);
  expect(across[10]).toBeGreaterThan(100);
  expect(across[10]).toBeLessThan(160);
  expect(across.every((share, deep) => deep === 0 || share >= across[deep - 1]!)).toBe(true);
  await mask.leave();
});

test('a mask that was saved is loaded as it was, one in black and white too, and one that does not fit is refused with the reason', async () => {
  await mask.open();
  await mask.choose('Rectangle');
  await mask.drag([50, 50], [200, 150]);
  await mask.slide(/^Soft edge/, 12);
  const soft = await mask.savedMask();
  await mask.leave();
  await mask.open();
  const load = (name: string, buffer: Buffer) =>
    page.getByLabel('Load a mask').last().setInputFiles({ name, mimeType: 'image/png', buffer });
  await load('mask.png', soft);
  await expect.poll(() => mask.button('Undo').isEnabled()).toBe(true);
  expect(
    Buffer.from(await mask.editableOf(await mask.savedMask())).equals(
      Buffer.from(await mask.editableOf(soft)),
    ),
  ).toBe(true);
  const white = { create: { width: 100, height: 80, channels: 3, background: '#fff' } } as const;
  const plain = await sharp({ create: { width, height, channels: 3, background: '#000' } })
    .composite([{ input: await sharp(white).png().toBuffer(), left: 10, top: 20 }])
    .png()
    .toBuffer();
  await load('plain.png', plain);
  await expect
    .poll(async () =>
      (await mask.editableOf(await mask.savedMask())).reduce(
        (sum, share) => sum + (share === 255 ? 1 : 0),
        0,
      ),
    )
    .toBe(8000);
  await load('small.png', await sharp(white).png().toBuffer());
  await page.getByText('small.png has 100 × 80 pixels; the picture has 400 × 300.').waitFor();
  await load('words.png', Buffer.from('no picture'));
  await page.getByText('words.png is no picture that this browser can read.').waitFor();
  await page.setViewportSize({ width: 320, height: 600 });
  expect(await accessibilityFaults(tab)).toEqual([]);
  await mask.button('Use this mask').click();
  await page.getByText('all outside the mask stays as it is').waitFor();
  // Opened again, it is there to go on with.
  await mask.open();
  expect(await mask.button('Undo').isEnabled()).toBe(true);
  await mask.button('Remove the mask').click();
  expect(tab.faults).toEqual([]);
});
