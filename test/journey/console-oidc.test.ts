import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OpenApiDocument } from '../../src/openai/openapi/openapi-document.ts';
import { answerChecker } from '../openapi/check-answer.ts';
import { Browser } from '../support/http-browser.ts';
import { startIdentityProvider, type TestProvider } from '../support/identity-provider.ts';
import { errorOf } from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

const returnTo = 'http://127.0.0.1:4747/draw/console/login/oidc';
const accounts = {
  ada: { preferred_username: 'ada@example.com', groups: ['staff', 'plantain-admins'] },
  vic: { email: 'vic@example.com', groups: ['plantain-viewers'] },
  eve: { name: 'Eve\u202e\u0007', groups: ['staff'] },
  nil: { name: 'Nil' },
};
let provider: TestProvider;
let gateway: Gateway;
let browser: Browser;
beforeAll(async () => {
  provider = await startIdentityProvider(accounts, () => [returnTo]);
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.forge(undefined);
  provider.fail(undefined);
  await start();
});
afterEach(() => gateway.close());

const start = async (env: Readonly<Record<string, string>> = {}, dataDir?: string): Promise<void> => {
  gateway = await startGateway({
    ...(dataDir !== undefined && { dataDir }),
    env: {
      PLANTAIN_PUBLIC_URL: 'http://127.0.0.1:4747/draw',
      PLANTAIN_OIDC_ISSUER: provider.issuer,
      PLANTAIN_OIDC_CLIENT_ID: provider.clientId,
      PLANTAIN_OIDC_CLIENT_SECRET: provider.clientSecret,
      PLANTAIN_OIDC_ADMINS: 'plantain-admins',
      PLANTAIN_OIDC_VIEWERS: 'plantain-viewers',
      ...env,
    },
  });
  browser = newBrowser();
};
/** Pages of the console as the outside knows them. */
const newBrowser = (): Browser => new Browser(`${gateway.url}/admin/v1`, 'http://127.0.0.1:4747');
const told = async (answer: Response): Promise<string> => `${answer.status} ${(await errorOf(answer)).code}`;
const begin = async (by = browser): Promise<URL> => {
  const answer = await by.post('/session/oidc', { return_to: returnTo });
  expect(answer.status).toBe(200);
  return new URL(((await answer.json()) as { address: string }).address);
};
/** The query that the provider sends the browser back with. */
const signInThere = async (account: string, by = browser): Promise<string> => {
  const back = await by.followThere(await begin(by), account);
  expect(back.href.split('?')[0]).toBe(returnTo);
  return back.search.slice(1);
};
const finish = (oidc: string, by = browser): Promise<Response> => by.post('/session', { oidc });

test('without a provider nobody signs in by one', async () => {
  await gateway.close();
  await start({ PLANTAIN_OIDC_ISSUER: '', PLANTAIN_OIDC_CLIENT_ID: '', PLANTAIN_OIDC_CLIENT_SECRET: '' });
  expect(await told(await browser.post('/session/oidc', { return_to: returnTo }))).toBe('404 not_found');
  expect(await told(await finish('code=x&state=y'))).toBe('404 not_found');
});

describe('one whom the provider knows', () => {
  test('is asked for with PKCE, state and nonce, and gets the role of their claim and a session as any other', async () => {
    const address = await begin();
    expect(Object.fromEntries(address.searchParams)).toEqual({
      client_id: provider.clientId,
      redirect_uri: returnTo,
      response_type: 'code',
      scope: 'openid profile email',
      state: expect.stringMatching(/^[\w-]{43}$/) as string,
      nonce: expect.stringMatching(/^[\w-]{43}$/) as string,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
      code_challenge_method: 'S256',
    });
    const answer = await finish((await browser.followThere(address, 'ada')).search);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Host-plantain_session=[\w-]{43}; Secure; HttpOnly; SameSite=Strict; Path=\/$/,
    );
    expect(await answer.json()).toMatchObject({ role: 'admin', name: 'ada@example.com (ada)' });
    expect((await browser.get('/config')).status).toBe(200);
  });

  test('is a viewer where the claim says no more, and nobody where it says nothing', async () => {
    expect(await (await finish(await signInThere('vic'))).json()).toMatchObject({
      role: 'viewer',
      name: 'vic@example.com (vic)',
    });
    expect(await told(await browser.get('/config'))).toBe('403 role_required');
    for (const account of ['eve', 'nil']) {
      const other = newBrowser();
      const answer = await finish(await signInThere(account, other), other);
      expect([answer.status, (await errorOf(answer)).code]).toEqual([403, 'login_without_role']);
      expect(answer.headers.get('set-cookie')).toMatch(/^__Host-plantain_login=; Max-Age=0;/);
    }
    const eve = newBrowser();
    const { message } = await errorOf(await finish(await signInThere('eve', eve), eve));
    expect(message).toContain('signed in as Eve\\u202e\\u0007 (eve)');
    expect(message).toContain('claim groups');
  });

  test('stands in the audit log by name, with what they changed and that they came in', async () => {
    await finish(await signInThere('ada'));
    expect((await browser.post('/upstreams/sandbox/drain', {})).status).toBe(200);
    const { data } = (await (await browser.get('/audit')).json()) as { data: Record<string, unknown>[] };
    expect(data.map(({ actor, who, action }) => [actor, who, action])).toEqual([
      ['session', 'ada@example.com (ada)', 'upstream.drain'],
      ['session', 'ada@example.com (ada)', 'session.open'],
    ]);
    const found = await browser.get(`/audit?who=${encodeURIComponent('ada@example.com (ada)')}`);
    expect(((await found.json()) as { data: unknown[] }).data).toHaveLength(2);
    const none = await browser.get('/audit?who=ada');
    expect(((await none.json()) as { data: unknown[] }).data).toHaveLength(0);
  });

  test('may have their claims in the token alone, behind dots, and their role by a proven address', async () => {
    const other = await startIdentityProvider(
      {
        ada: { groups: { 'plantain-admins': { org: 'x' } } },
        bob: { email: 'bob@example.com', email_verified: true },
        mal: { email: 'bob@example.com', email_verified: false },
      },
      () => [returnTo],
      { isInToken: true },
    );
    await gateway.close();
    await start({ PLANTAIN_OIDC_ISSUER: other.issuer });
    expect(await (await finish(await signInThere('ada'))).json()).toMatchObject({
      role: 'admin',
      name: 'ada',
    });
    expect(other.asked).not.toContain('/me');
    await gateway.close();
    await start({
      PLANTAIN_OIDC_ISSUER: other.issuer,
      PLANTAIN_OIDC_ROLE_CLAIM: 'email',
      PLANTAIN_OIDC_ADMINS: 'bob@example.com',
    });
    expect(await (await finish(await signInThere('bob'))).json()).toMatchObject({ role: 'admin' });
    expect(await told(await finish(await signInThere('mal')))).toBe('403 login_without_role');
    await other.close();
  });

  test('signs out here and is told where to sign out there, also when the provider is gone', async () => {
    await finish(await signInThere('ada'));
    const { sign_out_url } = (await (await browser.delete('/session')).json()) as { sign_out_url: string };
    const url = new URL(sign_out_url);
    expect(`${url.origin}${url.pathname}`).toBe(`${provider.issuer}/session/end`);
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe('http://127.0.0.1:4747/draw/console/login');
    expect(url.searchParams.get('id_token_hint')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect((await fetch(url)).status).toBe(200);
    expect((await browser.get('/orders')).status).toBe(401);
    await finish(await signInThere('ada'));
    const { dataDir } = gateway;
    await gateway.app.drain();
    const held = browser;
    await start({}, dataDir);
    provider.fail(503);
    held.moveTo(`${gateway.url}/admin/v1`);
    expect(await (await held.delete('/session')).json()).toEqual({ ended: 1, sign_out_url: null });
  });

  test('stays signed in while the same is agreed with the provider, and no longer', async () => {
    await finish(await signInThere('ada'));
    const { dataDir } = gateway;
    const held = browser;
    for (const [env, status] of [
      [{ PLANTAIN_OIDC_NAME: 'Another' }, 200],
      [{ PLANTAIN_OIDC_ADMINS: 'others' }, 401],
    ] as const) {
      await gateway.app.drain();
      await start(env, dataDir);
      held.moveTo(`${gateway.url}/admin/v1`);
      expect((await held.get('/orders')).status).toBe(status);
    }
  });
});

describe('what comes back is refused', () => {
  test('in another browser, without a beginning, after another beginning, and under another state', async () => {
    const answer = await signInThere('ada');
    expect(await told(await finish(answer, newBrowser()))).toBe('400 login_stale');
    const stranger = newBrowser();
    await begin(stranger);
    expect(await told(await finish(answer, stranger))).toBe('400 login_stale');
    expect(await told(await finish(answer.replace(/state=[\w-]+/, 'state=guess')))).toBe('400 login_stale');
    // A wrong answer ends the attempt, so that no second guess is made on it.
    expect(await told(await finish(answer))).toBe('400 login_stale');
  });

  test('when its code was used already', async () => {
    const answer = await signInThere('ada');
    const held = browser.copy();
    expect((await finish(answer)).status).toBe(200);
    const again = await finish(answer, held);
    expect([again.status, (await errorOf(again)).message]).toEqual([
      403,
      expect.stringContaining('was used already'),
    ]);
  });

  test('when somebody else wrote what the browser holds', async () => {
    const answer = await signInThere('ada');
    browser.change('__Host-plantain_login', (value) => `${value.slice(0, -2)}AA`);
    expect(await told(await finish(answer))).toBe('400 login_stale');
  });

  test.each([
    ['another nonce', (claims, resign) => resign({ ...claims, nonce: 'other' }), /nonce/],
    ['another audience', (claims, resign) => resign({ ...claims, aud: 'other' }), /aud/],
    ['another issuer', (claims, resign) => resign({ ...claims, iss: 'https://evil.example' }), /iss/],
    [
      'an end that has passed',
      (claims, resign) => resign({ ...claims, iat: 1e9, exp: 1e9 + 60 }),
      /clock.*2001-09-09T01:47:40/,
    ],
    ['a beginning to come', (claims, resign) => resign({ ...claims, nbf: 4e9 }), /clock.*2096-10-02/],
    ['no signature', (claims, resign) => resign(claims, { alg: 'none' }), /alg/],
    ['a signature of another algorithm', (claims, resign) => resign(claims, { alg: 'HS256' }), /alg/],
    [
      'a key that is not published',
      (claims, resign) => resign(claims, { kid: 'other' }),
      /not signed by a key/,
    ],
    ['claims that were not signed', (claims, resign) => tampered(resign(claims)), /not signed by a key/],
    ['no person', ({ sub: _sub, ...claims }, resign) => resign(claims), /sub/],
  ] satisfies [string, Parameters<TestProvider['forge']>[0], RegExp][])(
    'with %s',
    async (_what, forgery, expected) => {
      const answer = await signInThere('ada');
      provider.forge(forgery);
      const refused = await finish(answer);
      const { code, message } = await errorOf(refused);
      expect([refused.status, code, message]).toEqual([
        403,
        'login_refused',
        expect.stringMatching(expected),
      ]);
      expect(browser.has('__Host-plantain_session')).toBe(false);
    },
  );

  test('when the person turned back, or the provider knows this server by another secret', async () => {
    const back = await browser.followThere(await begin(), '');
    expect((await errorOf(await finish(back.search))).message).toContain('you turned back');
    await gateway.close();
    await start({ PLANTAIN_OIDC_CLIENT_SECRET: 'another' });
    const refused = await finish(await signInThere('ada'));
    expect((await errorOf(refused)).message).toContain('oidc.client_secret');
  });

  test('from other pages, at other addresses, and when too many were wrong', async () => {
    for (const address of [
      'https://evil.example/',
      'http://127.0.0.1:1/console/login/oidc',
      'javascript:alert(1)',
    ])
      expect(await told(await browser.post('/session/oidc', { return_to: address }))).toBe(
        '400 invalid_value',
      );
    const foreign = new Browser(`${gateway.url}/admin/v1`, 'https://evil.example');
    expect(await told(await foreign.post('/session/oidc', { return_to: returnTo }))).toBe(
      '403 origin_refused',
    );
    const answer = await signInThere('ada');
    browser.origin = 'https://evil.example';
    expect(await told(await finish(answer))).toBe('403 origin_refused');
    browser.origin = 'http://127.0.0.1:4747';
    for (let guess = 0; guess < 5; guess++)
      expect(await told(await finish('code=x&state=y', newBrowser()))).toBe('400 login_stale');
    expect(await told(await finish(answer))).toBe('429 too_many_logins');
  });
});

describe('the provider', () => {
  test('may be away: that is told, and it is found again when it is back', async () => {
    provider.fail(503);
    const away = await browser.post('/session/oidc', { return_to: returnTo });
    expect([away.status, (await errorOf(away)).code]).toEqual([503, 'login_provider_away']);
    provider.fail(undefined);
    const answer = await signInThere('ada');
    provider.fail(503);
    expect(await told(await finish(answer))).toBe('503 login_provider_away');
    provider.fail(undefined);
    expect((await finish(await signInThere('ada'))).status).toBe(200);
  });

  test('may be nowhere, or another than it says', async () => {
    for (const issuer of ['http://127.0.0.1:1', `${provider.issuer}/other`]) {
      await gateway.close();
      await start({ PLANTAIN_OIDC_ISSUER: issuer });
      const away = await browser.post('/session/oidc', { return_to: returnTo });
      expect([away.status, (await errorOf(away)).code]).toEqual([503, 'login_provider_away']);
    }
  });

  test('may change its keys between two people', async () => {
    expect((await finish(await signInThere('ada'))).status).toBe(200);
    provider.rotate();
    expect((await finish(await signInThere('vic', newBrowserOf()), last)).status).toBe(200);
  });

  test('leaves no secret in what is kept, and answers are as the OpenAPI document says', async () => {
    const begun = await browser.post('/session/oidc', { return_to: returnTo });
    const held = begun.headers.get('set-cookie') ?? '';
    expect(held).toMatch(
      /^__Host-plantain_login=[\w-]{100,}; Max-Age=600; Secure; HttpOnly; SameSite=Strict; Path=\/$/,
    );
    await finish(await signInThere('ada'));
    const secret = (await readFile(join(gateway.dataDir, 'admin-secret'), 'utf8')).trim();
    const document = await fetch(`${gateway.url}/admin/v1/openapi.json`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    const checker = answerChecker((await document.json()) as OpenApiDocument);
    await checker.check(begun, 'post', '/admin/v1/session/oidc');
    await checker.check(await finish('code=x'), 'post', '/admin/v1/session');
    await checker.check(await browser.get('/audit'), 'get', '/admin/v1/audit');
    await checker.check(await browser.delete('/session'), 'delete', '/admin/v1/session');
  });
});

let last: Browser;
const newBrowserOf = (): Browser => (last = newBrowser());
/** The same signature under other claims. */
const tampered = (token: string): string => {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const more = {
    ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object),
    groups: ['plantain-admins'],
  };
  return [header, Buffer.from(JSON.stringify(more)).toString('base64url'), signature].join('.');
};
