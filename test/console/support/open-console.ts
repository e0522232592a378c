import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openTab, signIn, type Tab } from './browser.ts';
import { type ConsoleGateway, startConsoleGateway } from './console-gateway.ts';

/** A server, and a browser that is signed in at its console. */
export interface OpenConsole {
  readonly browser: Browser;
  readonly gateway: ConsoleGateway;
  readonly tab: Tab;
  readonly page: Page;
  close(): Promise<void>;
}

/** For the tests of a file, with the page of that path shown. */
export async function openConsole(path = ''): Promise<OpenConsole> {
  const [browser, gateway] = await Promise.all([launchBrowser(), startConsoleGateway()]);
  const tab = await openTab(browser);
  await signIn(tab, gateway.url, gateway.secret, path);
  return {
    browser,
    gateway,
    tab,
    page: tab.page,
    async close() {
      await browser.close();
      await gateway.close();
    },
  };
}
