import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { median, quantile } from '../../../bench/measure/statistics.ts';
import { openTab, signIn } from '../support/browser.ts';
import type { ConsoleGateway } from '../support/console-gateway.ts';
import { maskPage } from '../support/mask-page.ts';

const strokes = 60;
const movesOfStroke = 20;
const undone = 10;

export interface LargeMask {
  readonly sidePx: number;
  /** From frame to frame while a stroke is drawn. */
  readonly frameMs: number;
  readonly worstFrameMs: number;
  /** From letting go to the stroke on the screen, and from Ctrl Z to the mask without it. */
  readonly endMs: number;
  readonly undoMs: number;
  /** From the click to the file. */
  readonly saveMs: number;
  /** Of all of the browser's processes, before the editor and with it. */
  readonly beforeMb: number;
  readonly withMb: number;
}

/** Paints on a picture as large as models draw. */
export async function largeMask(
  browser: Browser,
  gateway: ConsoleGateway,
  sidePx: number,
): Promise<LargeMask> {
  const tab = await openTab(browser);
  const { page } = tab;
  await signIn(tab, gateway.url, gateway.secret, 'studio');
  await observe(page);
  const mask = await maskPage(page, sidePx, sidePx);
  const beforeMb = await browserMb(browser);
  await mask.open();
  await page.evaluate(() => (globalThis as unknown as { watchFrames: () => void }).watchFrames());
  for (let stroke = 0; stroke < strokes; stroke++)
    await mask.drag(
      ...Array.from({ length: movesOfStroke }, (_none, at) => {
        const along = (sidePx * (at + 1)) / (movesOfStroke + 2);
        return [along, (sidePx * (stroke + 1)) / (strokes + 2)] as const;
      }),
    );
  const frames = await seen(page, 'frames');
  for (let step = 0; step < undone; step++) {
    await page.keyboard.press('Control+z');
    await page.waitForTimeout(100);
  }
  const withMb = await browserMb(browser);
  const startMs = performance.now();
  await mask.savedMask();
  const saveMs = performance.now() - startMs;
  const [ends, undos] = [await seen(page, 'pointerup'), await seen(page, 'keydown')];
  await mask.leave();
  await tab.context.close();
  return {
    sidePx,
    frameMs: median(frames),
    worstFrameMs: quantile(frames, 0.99),
    endMs: median(ends),
    undoMs: median(undos),
    saveMs,
    beforeMb,
    withMb,
  };
}

/** How long the browser took from an event to what it changed on the screen, of those that took 16 ms or more. */
async function observe(page: Page): Promise<void> {
  await page.evaluate(() => {
    const times: Record<string, number[]> = { frames: [], pointerup: [], keydown: [] };
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) times[name]?.push(duration);
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    const watchFrames = (): void => {
      let last = performance.now();
      const frame = (now: number): void => {
        times['frames']?.push(now - last);
        last = now;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    };
    Object.assign(globalThis, { times, watchFrames });
  });
}

async function seen(page: Page, name: string): Promise<number[]> {
  const times = await page.evaluate(
    (of) => (globalThis as unknown as { times: Record<string, number[]> }).times[of] ?? [],
    name,
  );
  // Nothing took long enough to be told.
  return times.length === 0 ? [0] : times;
}

async function browserMb(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { id }) => sum + pssMb(id), 0);
}

function pssMb(pid: number): number {
  const text = readFileSync(`/proc/${String(pid)}/smaps_rollup`, 'utf8');
  return Number(/^Pss: +(\d+) kB/m.exec(text)?.[1]) / 1000;
}
