import { AxeBuilder } from '@axe-core/playwright';
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Debian's Chromium; nothing is downloaded. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = places.find((place) => existsSync(place));
  if (executablePath === undefined)
    throw new Error('The console is tested in Chromium, which is not here: apt-get install chromium');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went wrong in it: violations of its policy, errors of its scripts and lines of its console. */
  readonly faults: string[];
}

export interface TabOptions {
  readonly theme?: 'light' | 'dark';
  readonly widthPx?: number;
  readonly heightPx?: number;
  /** Pixels of the screen to one of the page. */
  readonly scale?: number;
}

/** A new browser profile with one page, every fault of which is written down. */
export async function openTab(
  browser: Browser,
  { theme = 'light', widthPx = 1280, heightPx = 900, scale = 1 }: TabOptions = {},
): Promise<Tab> {
  const context = await browser.newContext({
    viewport: { width: widthPx, height: heightPx },
    deviceScaleFactor: scale,
    colorScheme: theme,
    locale: 'en-US',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const faults: string[] = [];
  await page.exposeFunction('tellViolation', (text: string) => void faults.push(`policy: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const told = (globalThis as unknown as { tellViolation: (text: string) => void }).tellViolation;
      told(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('console', (line) => {
    if (['error', 'warning'].includes(line.type())) faults.push(`console: ${line.text()}`);
  });
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, context, faults };
}

/** Signs in by the form, as a person does. */
export async function signIn({ page }: Tab, url: string, secret: string, path = ''): Promise<void> {
  await page.goto(`${url}/console/${path}`);
  await page.getByLabel('Admin secret').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
}

/** Goes on with Tab until the focus is there; throws where the keyboard does not come to it. */
export async function reach(wanted: Locator): Promise<void> {
  for (let step = 0; step < 120; step++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await wanted.page().keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${String(wanted)}`);
}

/** The file that an act hands to the browser's downloads. */
export async function saved(page: Page, act: () => Promise<void>): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), act()]);
  return Buffer.concat(await (await download.createReadStream()).toArray());
}

/** Whatever axe finds against WCAG 2.2 AA on the page as it is now, overlays included. */
export async function accessibilityFaults({ page }: Tab): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
  );
}

/** That nothing on the page is cut off or has to be scrolled sideways to. */
export async function expectNoSidewaysScroll({ page }: Tab): Promise<void> {
  const { scroll, client, beyond } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const outside = [...document.querySelectorAll('body :not(nav *)')].filter(
      (element) =>
        element.getBoundingClientRect().left + element.scrollWidth > clientWidth + 1 &&
        getComputedStyle(element).overflowX === 'visible',
    );
    return {
      scroll: scrollWidth,
      client: clientWidth,
      beyond: outside.map((element) => element.outerHTML.slice(0, 80)).slice(0, 10),
    };
  });
  expect(scroll, `${page.url()}: ${beyond.join(' ')}`).toBeLessThanOrEqual(client);
}
