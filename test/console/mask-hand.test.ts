import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openTab, signIn, type Tab } from './support/browser.ts';
import type { ConsoleGateway } from './support/console-gateway.ts';
import { type MaskPage, maskPage, type Point } from './support/mask-page.ts';
import { type OpenConsole, openConsole } from './support/open-console.ts';

vi.setConfig({ testTimeout: 120_000 });
const [width, height] = [400, 300];
let opened: OpenConsole;
let browser: Browser;
let gateway: ConsoleGateway;
let tab: Tab;
let page: Page;
let mask: MaskPage;
let devtools: CDPSession;
beforeAll(async () => {
  opened = await openConsole('studio');
  ({ browser, gateway, tab, page } = opened);
  devtools = await tab.context.newCDPSession(page);
  mask = await maskPage(page, width, height);
});
afterAll(() => opened.close());
beforeEach(() => mask.open());
afterEach(async () => {
  await mask.leave();
  // Chromium warns of canvases that are read back, which the tests do.
  expect(tab.faults.filter((fault) => !fault.includes('Multiple readback operations'))).toEqual([]);
});

const zoom = async (): Promise<number> => {
  const label = (await page.locator('.slider', { hasText: 'Zoom' }).textContent()) ?? '';
  return Number(/(\d+)%/.exec(label)?.[1]) / 100;
};
const isNothingPainted = async (): Promise<boolean> =>
  (await mask.button('Undo').getAttribute('aria-disabled')) === 'true';
/** Which pixel of the picture is at a place of the screen. */
const pixelAt = async (x: number, y: number): Promise<Point> => {
  const box = (await mask.canvas().boundingBox())!;
  return [((x - box.x) * width) / box.width, ((y - box.y) * height) / box.height];
};
const expectNear = (one: Point, other: Point, pixels: number): void => {
  expect(Math.hypot(one[0] - other[0], one[1] - other[1])).toBeLessThan(pixels);
};
/** How much is painted of a pixel, as the canvas shows it. */
const shownAt = (points: readonly Point[]): Promise<number[]> =>
  mask
    .canvas()
    .evaluate(
      (canvas, at) =>
        at.map(
          ([x, y]) => (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(x, y, 1, 1).data[3] ?? -1,
        ),
      points,
    );
const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', ...fingers: Point[]): Promise<void> => {
  await devtools.send('Input.dispatchTouchEvent', {
    type,
    touchPoints: fingers.map(([x, y], id) => ({ x, y, id })),
  });
};

test('two fingers zoom about where they are and move the picture, and paint nothing; one finger paints', async () => {
  const [x, y] = await mask.onScreen([200, 150]);
  await touch('touchStart', [x - 40, y]);
  await touch('touchMove', [x - 30, y]);
  await touch('touchStart', [x - 30, y], [x + 30, y]);
  const before = await pixelAt(x, y);
  for (const by of [40, 60, 90]) await touch('touchMove', [x - by, y], [x + by, y]);
  await expect.poll(zoom).toBeCloseTo(3);
  expectNear(await pixelAt(x, y), before, 1);
  await touch('touchMove', [x - 90 + 50, y - 20], [x + 90 + 50, y - 20]);
  await expect
    .poll(async () => (await pixelAt(x + 50, y - 20)).map(Math.round))
    .toEqual(before.map(Math.round));
  // The finger that is left goes on moving, and paints nothing either.
  await touch('touchMove', [x - 40, y - 20]);
  await touch('touchEnd');
  expect(await isNothingPainted()).toBe(true);
  expect(
    await shownAt([
      [200, 150],
      [190, 150],
      [180, 150],
    ]),
  ).toEqual([0, 0, 0]);
  const at = (await pixelAt(x, y)).map(Math.round) as [number, number];
  await touch('touchStart', [x, y]);
  await touch('touchMove', [x + 30, y]);
  await touch('touchEnd');
  await expect.poll(isNothingPainted).toBe(false);
  expect(await shownAt([at])).toEqual([255]);
});

test('with Space held, or the middle button, the pointer moves the picture; Space alone paints', async () => {
  await mask.slide(/^Zoom/, 4);
  const [x, y] = [800, 400];
  for (const [press, letGo, button] of [
    [() => page.keyboard.down(' '), () => page.keyboard.up(' '), 'left'],
    [() => Promise.resolve(), () => Promise.resolve(), 'middle'],
  ] as const) {
    const before = await pixelAt(x, y);
    await page.mouse.move(x, y);
    await press();
    await page.mouse.down({ button });
    await page.mouse.move(x - 60, y - 45);
    await page.mouse.move(x - 120, y - 90);
    await page.mouse.up({ button });
    await letGo();
    expectNear(await pixelAt(x - 120, y - 90), before, 0.5);
    expect(await isNothingPainted()).toBe(true);
  }
  await mask.canvas().focus();
  await page.keyboard.press(' ');
  await expect.poll(isNothingPainted).toBe(false);
});

test('the wheel with Ctrl zooms about the pointer, keys about the middle, and 0 shows the whole again', async () => {
  // Larger than the window either way: what fits in stays in the middle.
  await mask.slide(/^Zoom/, 2);
  const [x, y] = [700, 300];
  const before = await pixelAt(x, y);
  await page.mouse.move(x, y);
  await page.keyboard.down('Control');
  for (let step = 0; step < 4; step++) await page.mouse.wheel(0, -100);
  await page.keyboard.up('Control');
  await expect.poll(zoom).toBeCloseTo(2 * 1.25 ** 4, 1);
  expectNear(await pixelAt(x, y), before, 1);
  await mask.canvas().focus();
  await page.keyboard.press('-');
  await expect.poll(zoom).toBeCloseTo(2 * 1.25 ** 3, 1);
  await page.keyboard.press('0');
  await expect.poll(zoom).toBe(1);
});

test('fifty steps are taken back and not one more, all of them are painted again, and a cleared mask comes back', async () => {
  const dabs = Array.from(
    { length: 55 },
    (_none, at): Point => [10 + 35 * (at % 11), 20 + 50 * Math.floor(at / 11)],
  );
  const painted = (count: number): number[] => dabs.map((_dab, at) => (at < count ? 255 : 0));
  await mask.slide(/^Size/, 12);
  for (const dab of dabs) await mask.drag(dab, [dab[0] + 2, dab[1]]);
  expect(await shownAt(dabs)).toEqual(painted(55));
  const whole = await mask.savedMask();
  for (let step = 0; step < 10; step++) await page.keyboard.press('Control+z');
  await expect.poll(() => shownAt(dabs)).toEqual(painted(45));
  for (let step = 0; step < 45; step++) await page.keyboard.press('Control+z');
  await expect.poll(() => shownAt(dabs)).toEqual(painted(5));
  expect(await isNothingPainted()).toBe(true);
  const file = await mask.editableOf(await mask.savedMask());
  expect(dabs.map(([x, y]) => file[y * width + x])).toEqual(painted(5));
  for (let step = 0; step < 50; step++) await page.keyboard.press('Control+Shift+z');
  await expect.poll(() => shownAt(dabs)).toEqual(painted(55));
  expect((await mask.savedMask()).equals(whole)).toBe(true);
  await mask.button('Clear').click();
  await expect.poll(() => shownAt(dabs)).toEqual(painted(0));
  expect(await mask.button('Use this mask').isEnabled()).toBe(false);
  await page.keyboard.press('Control+z');
  await expect.poll(() => shownAt(dabs)).toEqual(painted(55));
  expect((await mask.savedMask()).equals(whole)).toBe(true);
});

test('a mask of 4096 by 4096 pixels is painted and saved to the pixel', async () => {
  const other = await openTab(browser);
  await signIn(other, gateway.url, gateway.secret, 'studio');
  const side = 4096;
  const large = await maskPage(other.page, side, side);
  await large.open();
  await large.choose('Rectangle');
  await large.drag([1024, 1024], [3072, 2048]);
  await large.choose('Brush');
  await large.slide(/^Size/, 200);
  for (let stroke = 0; stroke < 3; stroke++)
    await large.drag([500, 3000 + 300 * stroke], [3500, 3000 + 300 * stroke]);
  await other.page.keyboard.press('Control+z');
  const painted = await large.editableOf(await large.savedMask());
  const at = (x: number, y: number): number => painted[y * side + x]!;
  expect([at(2000, 3000), at(2000, 3300), at(2000, 3600)]).toEqual([255, 255, 0]);
  expect([at(2000, 1500), at(2000, 1000), at(2000, 2100), at(2000, 3150)]).toEqual([255, 0, 0, 0]);
  expect(other.faults).toEqual([]);
  await other.context.close();
});
