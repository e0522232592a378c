import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenApiDocument } from '../../src/openai/openapi/openapi-document.ts';
import { answerChecker } from '../openapi/check-answer.ts';
import { errorOf, generate } from '../support/http.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../support/start-gateway.ts';

let gateway: Gateway;
let secret: string;
const start = async (options: GatewayOptions = {}): Promise<void> => {
  gateway = await startGateway(options);
  secret = (await readFile(join(gateway.dataDir, 'admin-secret'), 'utf8').catch(() => '')).trim();
};
beforeEach(() => start());
afterEach(() => gateway.close());

interface Session {
  readonly cookie: string;
  readonly csrf: string;
}
type Headers = Readonly<Record<string, string>>;

const post = (path: string, body: unknown, headers: Headers = {}): Promise<Response> =>
  fetch(`${gateway.url}/admin/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: gateway.url, ...headers },
    body: JSON.stringify(body),
  });
const signIn = async (proof: unknown = { secret }): Promise<Session> => {
  const answer = await post('/session', proof);
  expect(answer.status).toBe(200);
  const { csrf } = (await answer.json()) as { csrf: string };
  return { cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '', csrf };
};
const ask = (session: Session, path: string, method = 'GET', headers: Headers = {}): Promise<Response> =>
  fetch(`${gateway.url}/admin/v1${path}`, {
    method,
    headers: {
      cookie: session.cookie,
      ...(method !== 'GET' && {
        origin: gateway.url,
        'content-type': 'application/json',
        'x-plantain-csrf': session.csrf,
      }),
      ...headers,
    },
  });
const told = async (answer: Response): Promise<string> => `${answer.status} ${(await errorOf(answer)).code}`;

/** One request with headers that fetch sets itself. */
const rawStatus = (path: string, headers: Headers): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    httpRequest(`${gateway.url}${path}`, { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('signing in', () => {
  test('with the secret gives a session in a cookie that no script reads and no other site sends', async () => {
    const answer = await post('/session', { secret });
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Host-plantain_session=[\w-]{43}; Secure; HttpOnly; SameSite=Strict; Path=\/$/,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const session = await signIn();
    const who = (await (await ask(session, '/session')).json()) as Record<string, unknown>;
    expect(who).toMatchObject({ role: 'admin', name: 'admin secret', sandbox: true, insecure: false });
    expect((await ask(session, '/orders')).status).toBe(200);
    expect((await ask(session, '/upstreams/sandbox/drain', 'POST')).status).toBe(200);
  });

  test('with the link of the start works once', async () => {
    const claim = gateway.app.claimToken ?? '';
    const session = await signIn({ claim });
    expect((await ask(session, '/config')).status).toBe(200);
    expect(await told(await post('/session', { claim }))).toBe('401 invalid_admin_secret');
  });

  test('there is no such link where the operator set a secret', async () => {
    await gateway.close();
    await start({ env: { PLANTAIN_ADMIN_SECRET: 'plantain-admin-of-this-test' } });
    expect(gateway.app.claimToken).toBeUndefined();
  });

  test('with wrong secrets is refused, and after five of them not even looked at', async () => {
    for (let guess = 0; guess < 5; guess++)
      expect(await told(await post('/session', { secret: 'guess' }))).toBe('401 invalid_admin_secret');
    const late = await post('/session', { secret });
    expect([late.status, Number(late.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect((await errorOf(late)).code).toBe('too_many_logins');
  });

  test.each([
    [{ origin: 'http://127.0.0.1:1' }, '403 origin_refused'],
    [{ origin: 'null' }, '403 origin_refused'],
    [{ 'content-type': 'text/plain' }, '403 origin_refused'],
    [{ 'x-forwarded-for': '192.0.2.1' }, '403 admin_api_closed'],
  ])('with %j is refused, also with the right secret', async (headers, expected) => {
    // A body that is no JSON is refused before anybody looks who sends it.
    const seen = await told(await post('/session', { secret }, headers));
    expect(seen).toBe('content-type' in headers ? '415 unsupported_media_type' : expected);
  });

  test('over plain HTTP from another machine is refused, unless the operator allows it', async () => {
    const set = 'plantain-admin-of-this-test';
    await gateway.close();
    await start({ env: { PLANTAIN_ADMIN_SECRET: set, PLANTAIN_TRUST_PROXY: 'true' } });
    const away = { 'x-forwarded-host': '192.168.1.5:4747', origin: 'http://192.168.1.5:4747' };
    expect(await told(await post('/session', { secret: set }, away))).toBe('403 insecure_connection');
    await gateway.close();
    await start({
      env: { PLANTAIN_ADMIN_SECRET: set, PLANTAIN_TRUST_PROXY: 'true', PLANTAIN_CONSOLE_INSECURE: 'true' },
    });
    const answer = await post('/session', { secret: set }, away);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^plantain_session=[\w-]{43}; HttpOnly; SameSite=Strict;/,
    );
    expect(((await answer.json()) as { insecure: boolean }).insecure).toBe(true);
  });

  test.each([
    {},
    { secret: 7 },
    { secret: 'x', claim: 'y' },
    [],
    'text',
    { secret: 'x'.repeat(601) },
    { sekret: 'x' },
  ])('with the body %j is a 400', async (body) => expect((await post('/session', body)).status).toBe(400));

  test('with a body that never ends, or is no JSON, is refused', async () => {
    expect((await post('/session', { secret: 'x'.repeat(300_000) })).status).toBe(413);
    const headers = { 'content-type': 'application/json', origin: gateway.url };
    const broken = await fetch(`${gateway.url}/admin/v1/session`, { method: 'POST', headers, body: '{' });
    expect([broken.status, (await errorOf(broken)).message]).toEqual([
      400,
      expect.stringContaining('it is not valid JSON'),
    ]);
  });
});

describe('a session', () => {
  test('does nothing for other pages: forged origins, other ports, forms, a name that leads here', async () => {
    const session = await signIn();
    const drain = (headers: Headers) => ask(session, '/upstreams/sandbox/drain', 'POST', headers);
    expect(await told(await drain({ origin: 'http://127.0.0.1:1' }))).toBe('403 origin_refused');
    expect(await told(await drain({ origin: 'https://evil.example' }))).toBe('403 origin_refused');
    expect(await told(await drain({ 'content-type': 'text/plain' }))).toBe('403 origin_refused');
    expect(await told(await drain({ 'x-plantain-csrf': 'guess' }))).toBe('403 origin_refused');
    expect(await rawStatus('/admin/v1/orders', { cookie: session.cookie, host: 'evil.example' })).toBe(403);
    expect(await rawStatus('/admin/v1/orders', { cookie: session.cookie, host: 'localhost' })).toBe(200);
    const { data } = (await (await ask(session, '/upstreams')).json()) as { data: { state: string }[] };
    expect(data.map(({ state }) => state)).toEqual(['ok']);
  });

  test('is over after signing out, in every tab; signing out everywhere ends all', async () => {
    const [first, second, third] = [await signIn(), await signIn(), await signIn()];
    expect((await ask(first, '/session', 'DELETE')).status).toBe(200);
    const gone = await ask(first, '/orders');
    expect([await told(gone), gone.headers.get('set-cookie')]).toEqual([
      '401 session_ended',
      '__Host-plantain_session=; Max-Age=0; Secure; HttpOnly; SameSite=Strict; Path=/',
    ]);
    const { data } = (await (await ask(second, '/sessions')).json()) as {
      data: { id: string; current: boolean }[];
    };
    expect(data.filter(({ current }) => current)).toHaveLength(1);
    expect(data).toHaveLength(2);
    const other = data.find(({ current }) => !current)?.id ?? '';
    expect((await ask(second, `/sessions/${other}`, 'DELETE')).status).toBe(200);
    expect((await ask(third, '/orders')).status).toBe(401);
    expect(await told(await ask(second, `/sessions/${other}`, 'DELETE'))).toBe('404 not_found');
    expect(await (await ask(second, '/sessions', 'DELETE')).json()).toEqual({ ended: 1 });
    expect((await ask(second, '/orders')).status).toBe(401);
  });

  test('that is ended stands in the audit log: which, by whom, one row each', async () => {
    const [first, second] = [await signIn(), await signIn()];
    const own = async (of: Session): Promise<string> =>
      ((await (await ask(of, '/sessions')).json()) as { data: { id: string; current: boolean }[] }).data.find(
        ({ current }) => current,
      )?.id ?? '';
    const [left, ended] = [await own(first), await own(second)];
    expect((await ask(first, '/session', 'DELETE')).status).toBe(200);
    const byScript = { method: 'DELETE', headers: { authorization: `Bearer ${secret}` } };
    expect((await fetch(`${gateway.url}/admin/v1/sessions`, byScript)).status).toBe(200);
    const rows = await fetch(`${gateway.url}/admin/v1/audit?action=session.end`, {
      headers: byScript.headers,
    });
    const { data } = (await rows.json()) as { data: Record<string, unknown>[] };
    const was = { role: 'admin', name: 'admin secret' };
    expect(data.map(({ actor, subject, before, after }) => [actor, subject, before, after])).toEqual([
      ['admin secret', ended, was, null],
      ['session', left, was, null],
    ]);
  });

  test('of a viewer looks and changes nothing, as the viewer secret itself', async () => {
    await gateway.close();
    const viewer = 'plantain-viewer-of-this-test';
    await start({ env: { PLANTAIN_ADMIN_VIEWER_SECRET: viewer } });
    const session = await signIn({ secret: viewer });
    const bearer = { cookie: '', authorization: `Bearer ${viewer}` };
    for (const headers of [{}, bearer]) {
      for (const path of ['/orders', '/upstreams', '/models', '/session'])
        expect([path, (await ask(session, path, 'GET', headers)).status]).toEqual([path, 200]);
      for (const path of ['/config', '/sessions'])
        expect([path, await told(await ask(session, path, 'GET', headers))]).toEqual([
          path,
          '403 role_required',
        ]);
      for (const path of ['/reload', '/upstreams/sandbox/drain', '/upstreams/sandbox/test'])
        expect(await told(await ask(session, path, 'POST', headers))).toBe('403 role_required');
    }
    expect((await ask(session, '/session', 'DELETE')).status).toBe(200);
  });

  test('survives a restart, and does not survive another secret', async () => {
    const session = await signIn();
    const { dataDir } = gateway;
    await gateway.app.drain();
    gateway = await startGateway({ dataDir });
    expect((await ask(session, '/orders')).status).toBe(200);
    await gateway.app.drain();
    await start({ dataDir, env: { PLANTAIN_ADMIN_SECRET: 'plantain-admin-of-this-test' } });
    expect((await ask(session, '/orders')).status).toBe(401);
  });

  test('answers are as the OpenAPI document says', async () => {
    const session = await signIn();
    const checker = answerChecker((await (await ask(session, '/openapi.json')).json()) as OpenApiDocument);
    await checker.check(await post('/session', { secret }), 'post', '/admin/v1/session');
    await checker.check(await post('/session', { secret: 'guess' }), 'post', '/admin/v1/session');
    await checker.check(await ask(session, '/session'), 'get', '/admin/v1/session');
    const missing = await ask(session, '/sessions/ses_none', 'DELETE');
    await checker.check(missing, 'delete', '/admin/v1/sessions/{session}');
    await checker.check(await ask(session, '/session', 'DELETE'), 'delete', '/admin/v1/session');
  });
});

describe('the stream of orders', () => {
  const listen = async (session: Session, headers: Headers = {}): Promise<Response> =>
    ask(session, '/orders/stream', 'GET', { 'sec-fetch-site': 'same-origin', ...headers });
  /** Reads until that many events have come. */
  const events = async (answer: Response, count: number): Promise<string[]> => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.split('event: order').length > count) break;
    }
    return [...text.matchAll(/data: (.*)/g)].map(([, data]) => String(data));
  };

  test('tells of orders as they open and settle, and again what a listener missed', async () => {
    const session = await signIn();
    const answer = await listen(session);
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const id = (await generate(gateway, { prompt: 'a fox' })).headers.get('x-request-id');
    const both = [JSON.stringify({ kind: 'opened', id }), JSON.stringify({ kind: 'settled', id })];
    expect(await events(answer, 2)).toEqual(both);
    expect(await events(await listen(session, { 'last-event-id': '1' }), 1)).toEqual(both.slice(1));
  });

  test('is for our own pages alone, and for so many at once', async () => {
    const session = await signIn();
    expect(await told(await listen(session, { 'sec-fetch-site': 'same-site' }))).toBe('403 origin_refused');
    const open = [];
    for (let one = 0; one < 20; one++) open.push(await listen(session));
    const refused = await listen(session);
    expect(await told(refused)).toBe('429 too_many_streams');
    for (const answer of open) await answer.body?.cancel();
  });

  test('does not keep a stopping server up', async () => {
    const session = await signIn();
    const answer = await listen(session);
    const whole = answer.text();
    await gateway.app.drain();
    expect(await whole).toContain('retry: 3000');
    await start();
  });
});

describe('the pages', () => {
  test('a browser that asks for the root is sent to them; programs get what they always got', async () => {
    const page = await fetch(gateway.url, { headers: { accept: 'text/html' }, redirect: 'manual' });
    expect([page.status, page.headers.get('location')]).toEqual([302, 'console/']);
    const program = await fetch(gateway.url, { redirect: 'manual' });
    expect([program.status, (await errorOf(program)).message]).toEqual([
      404,
      expect.stringContaining('Invalid URL (GET /)'),
    ]);
    const without = await fetch(`${gateway.url}/console`, { redirect: 'manual' });
    expect([without.status, without.headers.get('location')]).toEqual([308, 'console/']);
  });

  test('may run their own script and nothing else', async () => {
    for (const path of ['/console/', '/console/orders/req_1', '/console/assets/none.js']) {
      const answer = await fetch(`${gateway.url}${path}`);
      if (path.includes('assets')) {
        expect(await told(answer)).toBe('404 null');
        continue;
      }
      expect(answer.headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
      );
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  test.each([
    '..%2f..%2fpackage.json',
    '%2e%2e/package.json',
    'assets/..%2fmanifest.json',
    'assets%2f..%2findex.html',
  ])('no path leads out of their folder: %s', async (path) => {
    const answer = await fetch(`${gateway.url}/console/${path}`);
    expect(await answer.text()).not.toContain('"devDependencies"');
    expect(answer.headers.get('content-type')).not.toContain('javascript');
  });

  test('answer this machine alone until the operator sets a secret, and nobody where they are switched off', async () => {
    const forwarded = { headers: { 'x-forwarded-for': '192.0.2.1' } };
    expect(await told(await fetch(`${gateway.url}/console/`, forwarded))).toBe('403 admin_api_closed');
    await gateway.close();
    await start({ env: { PLANTAIN_ADMIN_SECRET: 'plantain-admin-of-this-test' } });
    expect((await fetch(`${gateway.url}/console/`, forwarded)).status).not.toBe(403);
    await gateway.close();
    await start({ env: { PLANTAIN_CONSOLE_ENABLED: 'false' } });
    expect((await fetch(`${gateway.url}/console/`)).status).toBe(404);
    expect((await fetch(gateway.url, { headers: { accept: 'text/html' } })).status).toBe(404);
    expect(gateway.app.claimToken).toBeUndefined();
    await gateway.close();
    await start({ env: { PLANTAIN_HOST: '0.0.0.0' } });
    expect((await fetch(`${gateway.url.replace('0.0.0.0', '127.0.0.1')}/console/`)).status).toBe(404);
  });
});
