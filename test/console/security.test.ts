import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generate } from '../support/http.ts';
import { callRaw } from '../support/test-emulator.ts';
import { signIn, type Tab } from './support/browser.ts';
import type { ConsoleGateway } from './support/console-gateway.ts';
import { type OpenConsole, openConsole } from './support/open-console.ts';

const markup = '<svg onload=alert(1)><img src=x onerror=alert(2)>';
let opened: OpenConsole;
let gateway: ConsoleGateway;
let tab: Tab;
let neighbour: Server;
let neighbourUrl: string;
/** The cookies that the neighbour was sent. */
const seen: string[] = [];
beforeAll(async () => {
  opened = await openConsole();
  ({ gateway, tab } = opened);
  neighbour = createServer((request, response) => {
    seen.push(request.headers.cookie ?? '');
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>neighbour</title>');
  });
  await new Promise<void>((resolve) => neighbour.listen(0, '127.0.0.1', resolve));
  neighbourUrl = `http://127.0.0.1:${String((neighbour.address() as AddressInfo).port)}`;
});
afterAll(async () => {
  neighbour.close();
  await opened.close();
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

test('a stored <svg onload> does nothing: as a reference, in its card, in the gallery, and opened by its own address', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" onload="fetch(`/stolen`)"><script>fetch(`/stolen`)</script><rect width="64" height="64"/></svg>';
  const { page } = tab;
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`${gateway.url}/console/studio`);
  await page
    .getByLabel('Add pictures')
    .last()
    .setInputFiles({ name: `${markup}.svg`, mimeType: 'image/svg+xml', buffer: Buffer.from(svg) });
  await page.getByText('is no picture that this browser can read').waitFor();
  // In the history it stands as if an upstream had drawn it, with markup for a prompt.
  await page.evaluate(
    async ([source, prompt]) => {
      const blob = new Blob([source], { type: 'image/svg+xml' });
      const wish = {
        model: 'gemini-nano-banana-2.1',
        prompt,
        ratio: '',
        size: '1K',
        format: '',
        compression: 90,
        references: [],
        mask: undefined,
      };
      const opening = indexedDB.open('plantain-studio');
      await new Promise((resolve) => opening.addEventListener('success', resolve));
      const writing = opening.result.transaction('pictures', 'readwrite');
      writing
        .objectStore('pictures')
        .put({ id: 'bad', atMs: 1, keyId: '', wish, state: 'done', size: '64x64', blob, orderId: prompt });
      await new Promise((resolve) => writing.addEventListener('complete', resolve));
      opening.result.close();
    },
    [svg, markup] as const,
  );
  await page.goto(`${gateway.url}/console/gallery`);
  await page.getByText(markup).first().waitFor();
  await page.locator('article.picture img').waitFor();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('dialog').locator('img').waitFor();
  expect(await page.locator('main svg[onload], main script, dialog svg[onload]').count()).toBe(0);
  expect(asked.filter((url) => url.includes('stolen'))).toEqual([]);
  // Its address is one of this browser's own pages, and has their policy.
  const address = await page.getByRole('dialog').locator('img').getAttribute('src');
  expect(address).toMatch(/^blob:/);
  const outcome = await page.evaluate(async (url) => {
    const frame = document.createElement('iframe');
    frame.src = url ?? '';
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
    document.body.append(frame);
    await loaded;
    return frame.contentDocument?.querySelector('rect') ?? null;
  }, address);
  expect(outcome).toBeNull();
  expect(asked.filter((url) => url.includes('stolen'))).toEqual([]);
  // The frame was kept out by the policy, which says so.
  expect(tab.faults.filter((fault) => !/frame-src|default-src|Framing/.test(fault))).toEqual([]);
  tab.faults.length = 0;
});

test.each([
  ['of another site', { origin: 'https://evil.example' }],
  ['of the same host with another port', { origin: 'http://127.0.0.1:1' }],
  ['of a page without one', { origin: 'null' }],
  ['that is missing, where the browser does not say that it is its own page', {}],
  ['for a name that was made to lead here', { host: 'evil.example:80', origin: 'http://evil.example:80' }],
])('a request %s is refused, with the session and all', async (_what, headers: Record<string, string>) => {
  const cookies = await tab.context.cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  expect(cookie).toContain('plantain_session');
  const answer = await callRaw(`${gateway.url}/admin/v1/upstreams/sandbox/drain`, {
    body: {},
    headers: { cookie, ...headers },
  });
  expect(answer.status).toBe(403);
  expect(answer.text).toContain('origin_refused');
  expect(await stateOfSandbox()).toBe('ok');
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
