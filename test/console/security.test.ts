import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generate } from '../support/http.ts';
import { launchBrowser, openTab, signIn, type Tab } from './support/browser.ts';
import { type ConsoleGateway, startConsoleGateway } from './support/console-gateway.ts';

const markup = '<svg onload=alert(1)><img src=x onerror=alert(2)>';
let browser: Browser;
let gateway: ConsoleGateway;
let tab: Tab;
let neighbour: Server;
let neighbourUrl: string;
/** The cookies that the neighbour was sent. */
const seen: string[] = [];
beforeAll(async () => {
  [browser, gateway] = await Promise.all([launchBrowser(), startConsoleGateway()]);
  tab = await openTab(browser);
  await signIn(tab, gateway.url, gateway.secret);
  neighbour = createServer((request, response) => {
    seen.push(request.headers.cookie ?? '');
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>neighbour</title>');
  });
  await new Promise<void>((resolve) => neighbour.listen(0, '127.0.0.1', resolve));
  neighbourUrl = `http://127.0.0.1:${String((neighbour.address() as AddressInfo).port)}`;
});
afterAll(async () => {
  neighbour.close();
  await browser.close();
  await gateway.close();
});

const stateOfSandbox = async (): Promise<unknown> => {
  const answer = await fetch(`${gateway.url}/admin/v1/upstreams`, {
    headers: { authorization: `Bearer ${gateway.secret}` },
  });
  return ((await answer.json()) as { data: { state: string }[] }).data[0]?.state;
};

test('markup that callers stored is text', async () => {
  const order = await generate(gateway, { prompt: markup, user: markup });
  const { page } = tab;
  await page.goto(`${gateway.url}/console/orders/${order.headers.get('x-request-id') ?? ''}`);
  await page.getByText(markup).waitFor();
  expect(await page.locator('main svg[onload], main img').count()).toBe(0);
  await page.goto(`${gateway.url}/console/orders?model=${encodeURIComponent(markup)}`);
  await page.getByText('No order matches these filters').waitFor();
  await page.goto(`${gateway.url}/console/${encodeURIComponent(markup)}`);
  await page.getByText('There is no such page.').waitFor();
  expect(tab.faults).toEqual([]);
});

test('a page of another port of this host, with the session in its browser, can do and read nothing', async () => {
  const page = await tab.context.newPage();
  await page.goto(neighbourUrl);
  const outcome = await page.evaluate(async (url) => {
    const drain = `${url}/admin/v1/upstreams/sandbox/drain`;
    const tries = [
      fetch(drain, { method: 'POST', mode: 'no-cors', credentials: 'include' }),
      fetch(drain, { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{}' }),
      fetch(drain, {
        method: 'POST',
        credentials: 'include',
        headers: { 'content-type': 'application/json', 'x-plantain-csrf': 'x' },
        body: '{}',
      }),
      fetch(`${url}/admin/v1/orders`, { credentials: 'include' }).then((answer) => answer.text()),
    ];
    const form = document.createElement('form');
    form.method = 'post';
    form.action = drain;
    form.target = 'elsewhere';
    const frame = document.createElement('iframe');
    frame.name = 'elsewhere';
    document.body.append(frame, form);
    form.submit();
    return (await Promise.allSettled(tries)).map(({ status }) => status);
  }, gateway.url);
  // What is sent without asking is answered with a refusal that the page cannot read; what has to be asked for is not sent.
  expect(outcome).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
  await page.waitForLoadState('networkidle');
  expect(await stateOfSandbox()).toBe('ok');
  await page.close();
});

test('the console stands in no frame of another page', async () => {
  const page = await tab.context.newPage();
  await page.goto(neighbourUrl);
  await page.evaluate((url) => {
    const frame = document.createElement('iframe');
    frame.src = `${url}/console/orders`;
    document.body.append(frame);
  }, gateway.url);
  await page.waitForLoadState('networkidle');
  const inside = page.frames().find((frame) => frame !== page.mainFrame());
  expect(await inside?.locator('#root').count()).toBe(0);
  await page.close();
});

test('what a neighbour sees of the session is a cookie that is worth nothing after signing out', async () => {
  const stolen = seen.find((cookie) => cookie.includes('__Host-plantain_session=')) ?? '';
  expect(stolen).not.toBe('');
  const use = () => fetch(`${gateway.url}/admin/v1/orders`, { headers: { cookie: stolen } });
  expect((await use()).status).toBe(200);
  const { page } = tab;
  await page.goto(`${gateway.url}/console/orders`);
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByLabel('Admin secret').waitFor();
  expect((await use()).status).toBe(401);
});

test('no script can read the session', async () => {
  await signIn(tab, gateway.url, gateway.secret);
  const kept = await tab.page.evaluate(() => [
    document.cookie,
    JSON.stringify({ ...localStorage, ...sessionStorage }),
  ]);
  expect(kept[0]).toBe('');
  expect(kept[1]).not.toContain(gateway.secret);
});
