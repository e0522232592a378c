import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openTab, signIn } from '../support/browser.ts';
import type { ConsoleGateway } from '../support/console-gateway.ts';

/** The connection and the processor that the budget is for. */
const slow = { latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const processorIsSlowerBy = 4;
const runs = 5;
/** Long enough for the slowest; nothing of ours asks the page meanwhile, which would be counted as its own work. */
const settledMs = { throttled: 3500, plain: 1500 };

export interface LoadTimes {
  /** When the largest thing on it was there. */
  readonly lcpMs: number;
  /** Together, of scripts that ran for more than 50 ms. */
  readonly longTasksMs: number;
  /** How far what was there moved, of the page's height. */
  readonly layoutShift: number;
}

/** First loads of a page, over a slow line or not: of five, the least of each figure. */
export async function loadTimes(
  browser: Browser,
  gateway: ConsoleGateway,
  page: string,
  throttled: boolean,
): Promise<LoadTimes> {
  const tab = await openTab(browser);
  await signIn(tab, gateway.url, gateway.secret);
  const session = await tab.context.storageState();
  await tab.context.close();
  const taken: LoadTimes[] = [];
  for (let run = 0; run < runs; run++) {
    // A profile of its own: nothing is there from before.
    const context = await browser.newContext({
      storageState: session,
      viewport: { width: 1280, height: 900 },
    });
    taken.push(await loadOnce(context, `${gateway.url}/console/${page}`, throttled));
    await context.close();
  }
  const least = (of: keyof LoadTimes): number => Math.min(...taken.map((one) => one[of]));
  return {
    lcpMs: least('lcpMs'),
    longTasksMs: least('longTasksMs'),
    layoutShift: Math.max(...taken.map(({ layoutShift }) => layoutShift)),
  };
}

async function loadOnce(context: BrowserContext, url: string, throttled: boolean): Promise<LoadTimes> {
  const page = await context.newPage();
  if (throttled) {
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', { offline: false, ...slow });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: processorIsSlowerBy });
  }
  await observe(page);
  await page.goto(url);
  await page.waitForTimeout(throttled ? settledMs.throttled : settledMs.plain);
  if ((await page.locator('main h2, main table, main .empty, main .card').count()) === 0)
    throw new Error(`${url} has no content yet`);
  return await page.evaluate(() => (globalThis as unknown as { seen: LoadTimes }).seen);
}

/** Writes down what the browser tells of the load of every document of this page. */
async function observe(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = { lcpMs: 0, longTasksMs: 0, layoutShift: 0 };
    Object.assign(globalThis, { seen });
    const watch = (type: string, take: (entry: PerformanceEntry) => void): void =>
      new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
    watch('largest-contentful-paint', ({ startTime }) => (seen.lcpMs = startTime));
    watch('longtask', ({ duration }) => (seen.longTasksMs += duration));
    watch(
      'layout-shift',
      (entry) => (seen.layoutShift += (entry as PerformanceEntry & { value: number }).value),
    );
  });
}
