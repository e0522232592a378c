import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  accessibilityFaults,
  expectNoSidewaysScroll,
  launchBrowser,
  openTab,
  saved,
  type Tab,
} from './support/browser.ts';
import { admin, type ConsoleGateway, startConsoleGateway } from './support/console-gateway.ts';

/** Where the pictures of the pages go, for people to look at; nowhere unless asked. */
const shots = process.env['STUDIO_SHOTS'];
// A journey of many steps, each looked at by axe.
vi.setConfig({ testTimeout: 180_000 });
let browser: Browser;
let gateway: ConsoleGateway;
beforeAll(async () => {
  [browser, gateway] = await Promise.all([launchBrowser(), startConsoleGateway()]);
});
afterAll(async () => {
  await browser.close();
  await gateway.close();
});

const pixelsOf = async (bytes: Buffer) => {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
};
/** What is seen, asked again until it is as expected. */
const until = (seen: () => Promise<unknown>) => expect.poll(seen, { timeout: 60_000 });
const draw = (page: Page) => page.getByRole('button', { name: 'Draw', exact: true });
const cards = (page: Page) => page.locator('article.picture');
const done = (page: Page, count: number) =>
  until(() => page.locator('article.picture[data-state=done]').count()).toBe(count);

describe.each(['light', 'dark'] as const)('a newcomer in %s', (theme) => {
  let tab: Tab;
  let page: Page;
  let step = 0;
  const look = async (name: string): Promise<void> => {
    expect(await accessibilityFaults(tab)).toEqual([]);
    // What the browser itself says of an answer that is no success.
    expect(tab.faults.filter((fault) => !/status of 429 \(The budget/.test(fault))).toEqual([]);
    if (shots === undefined) return;
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: join(shots, `${theme}-${String(step++).padStart(2, '0')}-${name}.png`) });
  };
  beforeAll(async () => {
    tab = await openTab(browser, { theme });
    page = tab.page;
    page.setDefaultTimeout(45_000);
    await page.goto(`${gateway.url}/console/`);
  });
  afterEach(async ({ task }) => {
    if (shots !== undefined && task.result?.state === 'fail')
      await page.screenshot({ path: join(shots, `${theme}-failed.png`) });
  });
  afterAll(() => tab.context.close());

  test('opens the link that the start printed and is in the studio', async () => {
    const claim = theme === 'light' ? gateway.app.claimToken : undefined;
    if (claim === undefined) {
      await page.getByLabel('Admin secret').fill(gateway.secret);
      await page.getByRole('button', { name: 'Sign in' }).click();
    } else {
      await page.goto('about:blank');
      await page.goto(`${gateway.url}/console/#claim=${claim}`);
      await page.getByRole('link', { name: 'Draw in the studio' }).click();
    }
    await page.getByRole('heading', { name: 'Studio' }).waitFor();
    await page.getByText('Your pictures will appear here').waitFor();
    await page.getByText('At most').waitFor();
    await look('empty');
  });

  test('draws, by keys alone, and the price was told before', async () => {
    await page.getByLabel('Prompt', { exact: true }).fill('A red fox asleep in a snowy forest');
    await page.getByRole('radio', { name: '16:9' }).check({ force: true });
    await until(() => page.locator('.choices output').textContent()).toContain('1376 × 768');
    await page.getByLabel('Prompt', { exact: true }).press('Control+Enter');
    await done(page, 1);
    await cards(page).first().getByText('1376 × 768').waitFor();
    await cards(page).first().getByText('$0.0').waitFor();
    await look('drawn');
  });

  test('edits with a painted mask: outside it every pixel is as before', async () => {
    const before = await saved(page, () => page.getByRole('button', { name: 'Download' }).first().click());
    await cards(page).first().getByRole('button', { name: 'Edit' }).click();
    await page.getByText('1376 × 768', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Paint a mask on the first' }).click();
    const canvas = page.locator('.mask-picture canvas');
    const box = (await canvas.boundingBox())!;
    const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;
    await page.mouse.move(...at(0.3, 0.4));
    await page.mouse.down();
    await page.mouse.move(...at(0.5, 0.5), { steps: 4 });
    await page.mouse.up();
    // By keys: a dot, a line, one step back and forth again.
    await canvas.focus();
    await page.keyboard.press(' ');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+Shift+Z');
    await look('mask');
    await page.getByRole('button', { name: 'Use this mask' }).click();
    await page.getByText('all outside the mask stays as it is').waitFor();
    await page.getByLabel('Prompt', { exact: true }).fill('A blue ball');
    await page.getByText('At most').waitFor();
    const request = page.waitForRequest((one) => one.url().endsWith('/v1/images/edits'));
    await draw(page).click();
    const sent = (await request).postDataJSON() as { mask: { image_url: string } };
    await done(page, 2);
    const after = await saved(page, () => page.getByRole('button', { name: 'Download' }).first().click());
    const [mask, old, made] = await Promise.all(
      [Buffer.from(sent.mask.image_url.split(',')[1] ?? '', 'base64'), before, after].map(pixelsOf),
    );
    expect([made!.width, made!.height, mask!.width]).toEqual([1376, 768, 1376]);
    const counts = { inside: 0, outside: 0, halfway: 0, changedOutside: 0, changedInside: 0 };
    for (let pixel = 0; pixel < mask!.data.length; pixel += 4) {
      const alpha = mask!.data[pixel + 3];
      const isChanged = !old!.data.subarray(pixel, pixel + 4).equals(made!.data.subarray(pixel, pixel + 4));
      if (alpha === 0) counts.inside++;
      else if (alpha === 255) counts.outside++;
      else counts.halfway++;
      if (isChanged) counts[alpha === 255 ? 'changedOutside' : 'changedInside']++;
    }
    expect(counts).toMatchObject({ halfway: 0, changedOutside: 0 });
    expect(counts.inside).toBeGreaterThan(10_000);
    expect(counts.changedInside).toBeGreaterThan(1000);
    await look('edited');
  });

  test('sees what a picture was drawn from, its order with the cost, and the plot of what was used', async () => {
    await page.getByRole('button', { name: 'More' }).first().click();
    await page.getByRole('heading', { name: 'Picture', exact: true }).waitFor();
    await look('detail');
    await page.getByRole('button', { name: 'Get the code' }).last().click();
    await page.getByRole('radio', { name: 'Python' }).check({ force: true });
    await page.getByText('OPENAI_API_KEY"]').waitFor();
    await look('code');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'More' }).first().click();
    const id = (await page.locator('dialog a[href*="/orders/req_"]').textContent()) ?? '';
    await page.locator('dialog a[href*="/orders/req_"]').click();
    await page.getByRole('heading', { name: 'The price as a sum' }).waitFor();
    expect(await admin(gateway, `/orders/${id}`)).toMatchObject({ operation: 'edit', status: 'succeeded' });
    await page.getByRole('link', { name: 'Usage' }).click();
    await page.getByRole('img', { name: /by day/ }).waitFor();
    expect(await page.locator('.day-bars rect').count()).toBeGreaterThan(0);
    await page.getByText('Pictures of the sandbox cost nothing').waitFor();
    await page.getByRole('link', { name: 'Studio' }).click();
    await cards(page).first().waitFor();
  });

  test('compares two, takes both as a zip, deletes one and thinks better of it', async () => {
    await page.getByRole('button', { name: 'Select all' }).click();
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByLabel('Where one ends and the other begins').fill('30');
    await look('compare');
    await page.keyboard.press('Escape');
    const zip = await saved(page, () => page.getByRole('button', { name: 'Download as zip' }).click());
    expect(zip.subarray(0, 2).toString()).toBe('PK');
    for (const name of ['index.json', 'a-blue-ball.png', 'a-red-fox-asleep-in-a-snowy-forest.'])
      expect(zip.includes(name)).toBe(true);
    await page.getByRole('button', { name: 'Select none' }).click();
    await cards(page).first().getByRole('button', { name: 'More' }).focus();
    await page.keyboard.press('Delete');
    await until(() => cards(page).count()).toBe(1);
    await page.getByRole('button', { name: 'Undo' }).click();
    await until(() => cards(page).count()).toBe(2);
  });

  test('draws a template, an order a line', async () => {
    await page.getByRole('button', { name: /^Remove/ }).click();
    await page.getByLabel('Prompt', { exact: true }).fill('A {{animal}} in {{place}}');
    await page.getByLabel('Values for animal, place').fill('cat,Paris\ndog,"Rome, at night"\nonly one');
    await page.getByText('Line 3 has 1 value instead of 2.').waitFor();
    await page.getByLabel('Values for animal, place').fill('cat,Paris\ndog,"Rome, at night"');
    await page.getByText('· 3 at a time').waitFor();
    await draw(page).click();
    await done(page, 4);
    await page.locator('article[aria-label="A dog in Rome, at night"]').waitFor();
    await look('batch');
  });

  test('is told why a picture was refused, and tries another', async () => {
    await page.getByLabel('Prompt', { exact: true }).fill('A fox [scenario: safety]');
    await draw(page).click();
    await page.getByText('Say it differently').waitFor();
    await look('refused');
    await page.locator('article[data-state=failed]').getByRole('button', { name: 'Delete' }).click();
  });

  test('makes a key with a budget and sees it refuse when that is spent', async () => {
    const name = `poor-${theme}`;
    await page.getByRole('link', { name: 'Keys' }).click();
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill(name);
    await page.getByRole('checkbox', { name: /^Money a day.*No limit/ }).uncheck();
    await page.getByRole('spinbutton', { name: /^Money a day/ }).fill('0.55');
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByRole('link', { name: 'Studio' }).click();
    await page.getByLabel('Draws as').selectOption({ label: name });
    await page.getByLabel('Prompt', { exact: true }).fill('An owl');
    for (let tries = 0; tries < 8; tries++) {
      const before = await cards(page).count();
      await draw(page).click();
      await until(() => cards(page).count()).toBe(before + 1);
      await until(() =>
        page.locator('article[data-state=waiting], article[data-state=drawing]').count(),
      ).toBe(0);
      if ((await page.locator('article[data-state=failed]').count()) > 0) break;
    }
    await page.getByText(`The budget of the day of key "${name}" does not hold this order`).first().waitFor();
    await look('spent');
    // The page of the key says the same.
    await page.getByRole('link', { name: 'Keys' }).click();
    await page.getByRole('link', { name }).click();
    await page
      .getByText(/of \$0\.55/)
      .first()
      .waitFor();
    await page.getByRole('link', { name: 'Studio' }).click();
    // With another key the same picture is drawn in its place.
    await page.getByLabel('Draws as').selectOption({ index: 0 });
    await page.locator('article[data-state=failed]').getByRole('button', { name: 'Try again' }).click();
    await until(() => page.locator('article.picture:not([data-state=done])').count()).toBe(0);
  });

  test('finds all of it in the gallery the next day, and clears it', async () => {
    await page.getByRole('link', { name: 'Gallery' }).click();
    await page.reload();
    await page.getByLabel('Find by prompt, model or size').fill('paris');
    await until(() => cards(page).count()).toBe(1);
    await page.getByLabel('Find by prompt, model or size').fill('');
    await look('gallery');
    await page.getByRole('button', { name: 'Clear the history' }).click();
    await look('clear');
    await page.getByRole('dialog').getByRole('button', { name: 'Clear the history' }).click();
    await page.getByText('Nothing was drawn in this browser yet').waitFor();
    await look('gallery-empty');
    await page.reload();
    await page.getByText('Nothing was drawn in this browser yet').waitFor();
  });
});

test.each([
  [320, '0'],
  [390, '1'],
  [900, '1'],
  [2400, '0'],
])(
  'at %i pixels nothing lies beside the studio, its gallery and the mask, also with longer words (%s)',
  async (widthPx, pseudo) => {
    const tab = await openTab(browser, { widthPx });
    const { page } = tab;
    await page.addInitScript((value) => localStorage.setItem('plantain.pseudo', value), pseudo);
    await page.goto(`${gateway.url}/console/`);
    await page.locator('#secret').fill(gateway.secret);
    await page.locator('button[type=submit]').click();
    await page.locator('#prompt').fill('An owl and a very very long word: ' + 'o'.repeat(120));
    await page.locator('#prompt').press('Control+Enter');
    await done(page, 1);
    await expectNoSidewaysScroll(tab);
    if (shots !== undefined)
      await page.screenshot({ path: join(shots, `width-${widthPx}.png`), fullPage: true });
    await page.locator('.picture-open').press('m');
    await page.locator('.mask-picture canvas').waitFor();
    const box = await page.locator('.mask-picture canvas').boundingBox();
    expect(box?.width).toBeGreaterThan(100);
    expect(await accessibilityFaults(tab)).toEqual([]);
    if (shots !== undefined) await page.screenshot({ path: join(shots, `width-${widthPx}-mask.png`) });
    await page.goto(`${gateway.url}/console/gallery`);
    await page.locator('article.picture').waitFor();
    await expectNoSidewaysScroll(tab);
    expect(await accessibilityFaults(tab)).toEqual([]);
    expect(tab.faults).toEqual([]);
    await tab.context.close();
  },
);

test('a viewer is told that viewers do not draw', async () => {
  const viewerSecret = 'viewer-secret-of-this-test-0123456789';
  const other = await startConsoleGateway({ env: { PLANTAIN_ADMIN_VIEWER_SECRET: viewerSecret } });
  const tab = await openTab(browser);
  await tab.page.goto(`${other.url}/console/studio`);
  await tab.page.getByLabel('Admin secret').fill(viewerSecret);
  await tab.page.getByRole('button', { name: 'Sign in' }).click();
  await tab.page.getByText('Viewers do not draw').waitFor();
  expect(await accessibilityFaults(tab)).toEqual([]);
  expect(tab.faults).toEqual([]);
  await tab.context.close();
  await other.close();
});
