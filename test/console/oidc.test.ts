import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startIdentityProvider, type TestProvider } from '../support/identity-provider.ts';
import {
  accessibilityFaults,
  expectNoSidewaysScroll,
  launchBrowser,
  openTab,
  type Tab,
} from './support/browser.ts';
import { type ConsoleGateway, startConsoleGateway } from './support/console-gateway.ts';

const accounts = {
  ada: { email: 'ada@example.com', groups: ['admins'] },
  eve: { name: 'Eve', groups: ['staff'] },
};
let browser: Browser;
let provider: TestProvider;
let gateway: ConsoleGateway;
let tab: Tab;
let page: Page;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  // The provider knows where browsers come back to, and the gateway who the provider is: one has to be first.
  const returnTo: string[] = [];
  provider = await startIdentityProvider(accounts, () => returnTo);
  gateway = await startConsoleGateway({
    env: {
      PLANTAIN_OIDC_ISSUER: provider.issuer,
      PLANTAIN_OIDC_CLIENT_ID: provider.clientId,
      PLANTAIN_OIDC_CLIENT_SECRET: provider.clientSecret,
      PLANTAIN_OIDC_NAME: 'Example Sons',
      PLANTAIN_OIDC_ADMINS: 'admins',
    },
  });
  returnTo.push(`${gateway.url}/console/login/oidc`);
  tab = await openTab(browser);
  page = tab.page;
});
afterEach(async () => {
  await tab.context.close();
  await gateway.close();
  await provider.close();
});

const addressOf = (): string => page.url().replace(`${gateway.url}/console`, '');
const goThere = async (): Promise<void> => {
  await page.getByRole('button', { name: 'Sign in with Example Sons' }).click();
  await page.getByRole('button', { name: 'ada', exact: true }).waitFor();
};

test('one comes in by the provider, to the page that was wanted, stands in the audit log, and goes out there too', async () => {
  await page.goto(`${gateway.url}/console/models`);
  await page.getByRole('button', { name: 'Sign in with Example Sons' }).waitFor();
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    expect(await accessibilityFaults(tab)).toEqual([]);
  }
  await expectNoSidewaysScroll(tab);
  await goThere();
  await page.getByRole('button', { name: 'ada', exact: true }).click();
  await page.getByRole('heading', { name: 'Models', level: 1 }).waitFor();
  expect(addressOf()).toBe('/models');
  expect(await page.evaluate(() => Object.keys(sessionStorage))).not.toContain('plantain.provider');
  await page.getByRole('link', { name: 'Audit' }).click();
  await page.getByText('session: ada@example.com (ada)').waitFor();
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByText('ada@example.com (ada)', { exact: true }).waitFor();
  expect(tab.faults).toEqual([]);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.waitForURL(`${provider.issuer}/session/end?**`);
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await page.waitForURL(`${gateway.url}/console/login*`);
  await goThere();
});

test('one who may do nothing here is told so and may sign in as somebody else; what is stale begins again', async () => {
  await page.goto(`${gateway.url}/console/`);
  await goThere();
  await page.getByRole('button', { name: 'eve' }).click();
  await page.getByText('You are signed in as Eve (eve), who may do nothing here').waitFor();
  expect(addressOf()).toBe('/login/oidc');
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    expect(await accessibilityFaults(tab)).toEqual([]);
  }
  await page.goto(`${gateway.url}/console/login/oidc?code=x&state=y`);
  await page.getByText('belongs to no sign-in of this browser').waitFor();
  await page.getByRole('link', { name: 'Sign in with the admin secret' }).click();
  await page.getByLabel('Admin secret').waitFor();
});

test('a sign-in that was begun for somebody else is not ended here, and none leads to another place', async () => {
  const other = await openTab(browser);
  await other.page.goto(`${gateway.url}/console/`);
  await other.page.getByRole('button', { name: 'Sign in with Example Sons' }).click();
  await other.page.getByRole('button', { name: 'ada', exact: true }).waitFor();
  let link = '';
  other.page.on('request', (request) => {
    if (request.url().includes('/console/login/oidc?')) link = request.url();
  });
  // Its code stays unused.
  await other.page.route('**/admin/v1/session', (route) => route.abort());
  await other.page.getByRole('button', { name: 'ada', exact: true }).click();
  await expect.poll(() => link).toContain('code=');
  // Also with the other one's cookie, as a neighbour on another port of this host could put it here.
  const held = (await other.context.cookies()).filter(({ name }) => name.includes('plantain'));
  expect(held.map(({ name }) => name)).toEqual(['__Host-plantain_login']);
  await tab.context.addCookies(held);
  await page.goto(link);
  await page.getByText('belongs to no sign-in of this browser').waitFor();
  await page.evaluate(() => sessionStorage.setItem('plantain.provider', '{"next":"https://evil.example/"}'));
  await other.context.close();
  await page.goto(`${gateway.url}/console/login?next=${encodeURIComponent('https://evil.example/')}`);
  await goThere();
  await page.getByRole('button', { name: 'ada', exact: true }).click();
  await page.waitForURL(`${gateway.url}/console/studio`);
});

test('with the provider away the page says so, and the secret still signs in', async () => {
  provider.fail(503);
  await page.goto(`${gateway.url}/console/`);
  await page.getByRole('button', { name: 'Sign in with Example Sons' }).click();
  await page.getByText('The identity provider cannot be reached').waitFor();
  await page.getByLabel('Admin secret').fill(gateway.secret);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Studio', level: 1 }).waitFor();
});
