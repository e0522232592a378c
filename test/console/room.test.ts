import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generate } from '../support/http.ts';
import { launchBrowser, openTab, signIn, type Tab } from './support/browser.ts';
import { admin, type ConsoleGateway, startConsoleGateway } from './support/console-gateway.ts';

let browser: Browser;
let gateway: ConsoleGateway;
let orderId: string;
beforeAll(async () => {
  [browser, gateway] = await Promise.all([launchBrowser(), startConsoleGateway()]);
  orderId = (await generate(gateway, { prompt: 'a fox' })).headers.get('x-request-id') ?? '';
});
afterAll(async () => {
  await browser.close();
  await gateway.close();
});

describe('the form of the studio on a screen of 1440 by 900', () => {
  let tab: Tab;
  let page: Page;
  beforeAll(async () => {
    tab = await openTab(browser, { widthPx: 1440 });
    page = tab.page;
    await signIn(tab, gateway.url, gateway.secret, 'studio');
    await page.getByText('At most').waitFor();
  });
  afterAll(() => tab.context.close());

  test('the longest name of a model can be read', async () => {
    const room = await page.getByLabel('Model').evaluate((select: HTMLSelectElement) => {
      const pen = document.createElement('canvas').getContext('2d')!;
      const style = getComputedStyle(select);
      pen.font = `${style.fontSize} ${style.fontFamily}`;
      const longest = Math.max(...[...select.options].map(({ text }) => pen.measureText(text).width));
      // The arrow of the select takes about 20 pixels.
      return select.clientWidth - 2 * Number.parseFloat(style.paddingInline) - 20 - longest;
    });
    expect(room).toBeGreaterThanOrEqual(0);
  });

  test('what orders it is in sight, also with a template, and covers nothing that has the focus', async () => {
    await page.getByLabel('Prompt', { exact: true }).fill('A {{animal}}\n'.repeat(12));
    await page.getByLabel('Values for animal').fill('cat\ndog');
    const draw = page.getByRole('button', { name: 'Draw', exact: true });
    const isInSight = () =>
      draw.evaluate((button) => {
        const { left, bottom, width } = button.getBoundingClientRect();
        return document.elementFromPoint(left + width / 2, bottom - 2) === button;
      });
    expect(await isInSight()).toBe(true);
    await page.getByLabel('Format').focus();
    const { format, end } = await page.evaluate(() => ({
      format: document.activeElement!.getBoundingClientRect().bottom,
      end: document.querySelector('.wish-end')!.getBoundingClientRect().top,
    }));
    expect(format).toBeLessThanOrEqual(end);
    expect(await isInSight()).toBe(true);
  });

  test('a key is named with its project where there are several, and alone where there is one', async () => {
    const names = () => page.getByLabel('Draws as').locator('option').allTextContents();
    expect(await names()).toEqual(['bootstrap']);
    const { id } = await admin(gateway, '/projects', { name: 'shop' });
    await admin(gateway, '/keys', { name: 'till', project: id });
    await page.reload();
    await page.getByText('At most').waitFor();
    expect(await names()).toEqual(expect.arrayContaining(['bootstrap · default', 'till · shop']));
  });
});

test('on a tablet of 768 pixels names of settings and of variables are broken behind a word of theirs, never inside', async () => {
  const tab = await openTab(browser, { widthPx: 768 });
  await signIn(tab, gateway.url, gateway.secret, 'settings');
  const rows = tab.page.locator('table.settings tbody tr');
  await rows.filter({ hasText: 'PLANTAIN_BOOTSTRAP_KEY' }).first().waitFor();
  const broken = await rows.locator('td:last-child, th code').evaluateAll((cells) =>
    cells.flatMap((cell) => {
      const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      const found: string[] = [];
      let [before, bottom] = ['', 0];
      while (texts.nextNode()) {
        const text = texts.currentNode as Text;
        for (const [at, letter] of [...text.data].entries()) {
          const range = document.createRange();
          range.setStart(text, at);
          range.setEnd(text, at + 1);
          const box = range.getBoundingClientRect();
          if (bottom > 0 && box.top >= bottom && /\w/.test(letter) && /[a-z0-9]/i.test(before))
            found.push(cell.textContent ?? '');
          [before, bottom] = [letter, box.bottom];
        }
      }
      return found;
    }),
  );
  expect(broken).toEqual([]);
  await tab.context.close();
});

describe('on a phone of 320 pixels', () => {
  let tab: Tab;
  let page: Page;
  beforeAll(async () => {
    tab = await openTab(browser, { widthPx: 320 });
    page = tab.page;
    await signIn(tab, gateway.url, gateway.secret, 'orders');
  });
  afterAll(() => tab.context.close());

  /** What of those goes beyond the box that holds it, or over the one beside it. */
  const cutOff = (selector: string) =>
    page.locator(selector).evaluateAll((all) =>
      all
        .filter((one) => one.checkVisibility())
        .flatMap((one) => {
          const box = one.getBoundingClientRect();
          const frame = one.closest('.table-frame, .references, .filters, main')!.getBoundingClientRect();
          return box.right > frame.right + 0.5
            ? [`${one.outerHTML.slice(0, 60)} ${box.right} ${frame.right}`]
            : [];
        }),
    );

  test.each(['orders', 'audit'])(
    '%s: fields keep to their columns, and the last column is whole',
    async (path) => {
      await page.goto(`${gateway.url}/console/${path}`);
      await page.locator('main table tbody tr').first().waitFor();
      expect(await cutOff('.filters .input')).toEqual([]);
      const over = await page
        .locator('.filters .field')
        .evaluateAll((fields) =>
          fields.filter((field) => field.scrollWidth > field.clientWidth).map((field) => field.textContent),
        );
      expect(over).toEqual([]);
      expect(await cutOff('main td, main th')).toEqual([]);
    },
  );

  test('where one is has been brought into sight in the menu, which goes on beside the screen', async () => {
    await page.goto(`${gateway.url}/console/settings`);
    const here = page.locator('.rail [aria-current=page]');
    await here.waitFor();
    await expect.poll(async () => (await here.boundingBox())!.x).toBeLessThan(320 - 32);
    expect((await here.boundingBox())!.x).toBeGreaterThanOrEqual(0);
  });

  test('an order: every column of its price is there', async () => {
    await page.goto(`${gateway.url}/console/orders/${orderId}`);
    await page.locator('main table tfoot').waitFor();
    expect(await cutOff('main td, main th')).toEqual([]);
  });

  test('settings: whoever is signed in can be signed out', async () => {
    await page.goto(`${gateway.url}/console/settings`);
    await page.getByRole('button', { name: 'Sign out', exact: true }).first().waitFor();
    expect(await cutOff('main table:not(.settings) button')).toEqual([]);
  });

  test('the studio: what opens the mask keeps to its box', async () => {
    await page.goto(`${gateway.url}/console/studio`);
    const buffer = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#8ab' } })
      .png()
      .toBuffer();
    await page
      .getByLabel('Add pictures')
      .last()
      .setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer });
    await page.getByRole('button', { name: 'Paint a mask on the first' }).waitFor();
    expect(await cutOff('.references *')).toEqual([]);
    const shot = process.env['STUDIO_SHOTS'];
    if (shot !== undefined) await page.screenshot({ path: `${shot}/mask-open.png` });
  });
});
