import { beforeEach, describe, expect, test } from 'vitest';
import type { AdminCaller, Operator } from '../journey/operator.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { createAdminGate } from './admin-gate.ts';
import { newApiKey } from './api-key.ts';

const secret = 'plantain-admin-of-this-test';
const viewerSecret = 'plantain-viewer-of-this-test';
const session: Operator = {
  role: 'admin',
  name: 'admin secret',
  session: { id: 'ses_1', expiresAtMs: 1, csrf: 'csrf-of-this-session' },
};
const cookie = '__Host-plantain_session=token-of-this-session';
const origin = 'http://127.0.0.1:4747';
let isOpenToOthers: boolean;
let isInsecureAllowed: boolean;
let told: [number, string][];
let takenAway: string | undefined;
let nowMs: number;
let gate: (caller: AdminCaller) => Promise<Operator>;
beforeEach(() => {
  isOpenToOthers = false;
  isInsecureAllowed = false;
  told = [];
  nowMs = 0;
  gate = createAdminGate({
    secrets: () => ({ admin: secret, viewer: viewerSecret }),
    sessions: { find: async (token) => (token === 'token-of-this-session' ? session : undefined) },
    isOpenToOthers: () => isOpenToOthers,
    own: () => ({
      publicUrl: 'https://draw.example/p',
      hosts: ['plantain.lan'],
      insecure: isInsecureAllowed,
    }),
    onRefused: (refused, address) => told.push([refused, address]),
    nowMs: () => nowMs,
  });
});

const outcome = async (caller: Partial<AdminCaller>): Promise<string> => {
  try {
    const address = '192.0.2.1';
    const whole: AdminCaller = {
      credentials: { authorization: undefined, apiKey: undefined, clientAddress: address },
      address,
      isLocal: true,
      method: 'GET',
      headers: {},
      origin,
      needs: 'admin',
      isAct: false,
      ...caller,
    };
    return `let in as ${(await gate(whole)).role}`;
  } catch (error) {
    if (!(error instanceof PlantainError)) throw error;
    takenAway = error.headers?.['set-cookie'];
    return `${error.entry.status} ${error.code}`;
  }
};
const send = (authorization: string | undefined, isLocal = true, apiKey?: string): Promise<string> =>
  outcome({ credentials: { authorization, apiKey, clientAddress: '192.0.2.1' }, isLocal });

describe('a secret', () => {
  test('as a bearer token lets in, whatever the case of the scheme', async () => {
    expect(await send(`Bearer ${secret}`)).toBe('let in as admin');
    expect(await send(`bearer  ${secret} `)).toBe('let in as admin');
  });

  test('nothing else does: no secret, part of it, more than it, another scheme, the api-key header', async () => {
    for (const header of [
      undefined,
      'Bearer',
      `Bearer ${secret.slice(0, -1)}`,
      `Bearer ${secret}x`,
      `Bearer ${secret.toUpperCase()}`,
      `Basic ${secret}`,
      secret,
    ])
      expect(await send(header)).toBe('401 invalid_admin_secret');
    expect(await send(undefined, true, secret)).toBe('401 invalid_admin_secret');
  });

  test('of a viewer lets in where viewers may look, and nowhere else', async () => {
    const credentials = { authorization: `Bearer ${viewerSecret}`, apiKey: undefined, clientAddress: '' };
    expect(await outcome({ credentials, needs: 'viewer' })).toBe('let in as viewer');
    expect(await outcome({ credentials, needs: 'admin' })).toBe('403 role_required');
  });

  test('an API key is told that it is one, not looked up', async () => {
    expect(await send(`Bearer ${newApiKey()}`)).toBe('403 admin_secret_required');
  });

  test('of other machines lets in only where the operator set one, also the right one', async () => {
    expect(await send(`Bearer ${secret}`, false)).toBe('403 admin_api_closed');
    isOpenToOthers = true;
    expect(await send(`Bearer ${secret}`, false)).toBe('let in as admin');
    expect(await send('Bearer guess', false)).toBe('401 invalid_admin_secret');
  });

  test('a flood of guesses is one line a minute, with how many there were', async () => {
    for (let guess = 0; guess < 100; guess++) await send('Bearer guess');
    expect(told).toEqual([[1, '192.0.2.1']]);
    nowMs = 60_000;
    await send('Bearer guess');
    await send(`Bearer ${secret}`);
    expect(told).toEqual([
      [1, '192.0.2.1'],
      [100, '192.0.2.1'],
    ]);
  });
});

describe("a browser's session", () => {
  const own = {
    cookie,
    origin,
    'content-type': 'application/json',
    'x-plantain-csrf': 'csrf-of-this-session',
  };
  const act = (headers: AdminCaller['headers'], more: Partial<AdminCaller> = {}): Promise<string> =>
    outcome({ method: 'POST', isAct: true, headers, ...more });

  test('looks without more, and acts from a page of this very origin', async () => {
    expect(await outcome({ headers: { cookie } })).toBe('let in as admin');
    expect(await act(own)).toBe('let in as admin');
    const { origin: _none, ...unsaid } = own;
    expect(await act({ ...unsaid, 'sec-fetch-site': 'same-origin' })).toBe('let in as admin');
    expect(await act({ ...own, origin: 'https://draw.example' })).toBe('let in as admin');
  });

  test.each([
    ['another port of this host, which browsers take for the same site', { origin: 'http://127.0.0.1:8080' }],
    ['another scheme', { origin: 'https://127.0.0.1:4747' }],
    ['another site', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['an origin that only begins like ours', { origin: `${origin}.evil.example` }],
    ['nobody says where', { origin: undefined }],
    ['the same site by its own word', { origin: undefined, 'sec-fetch-site': 'same-site' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a form that pretends', { 'content-type': 'text/plain; application/json' }],
    ['no csrf', { 'x-plantain-csrf': undefined }],
    ['a csrf of another session', { 'x-plantain-csrf': 'csrf-of-that-session' }],
  ])('does not act for %s', async (_what, headers) => {
    expect(await act({ ...own, ...headers })).toBe('403 origin_refused');
  });

  test('a stream of events is for our own pages alone, though it only reads', async () => {
    const listen = { method: 'GET', isAct: true };
    expect(await outcome({ ...listen, headers: { cookie, origin: 'http://127.0.0.1:1' } })).toBe(
      '403 origin_refused',
    );
    expect(await outcome({ ...listen, headers: { cookie } })).toBe('403 origin_refused');
    expect(await outcome({ ...listen, headers: { cookie, 'sec-fetch-site': 'same-origin' } })).toBe(
      'let in as admin',
    );
  });

  test('counts at the names this server is known by, and at no name that can be made to lead here', async () => {
    const at = (host: string): Promise<string> => outcome({ headers: { cookie }, origin: `http://${host}` });
    for (const host of [
      'localhost:1',
      'a.localhost',
      '[::1]:1',
      '192.168.1.5:4747',
      'PLANTAIN.lan',
      'draw.example',
    ])
      expect([host, await at(host)]).toEqual([host, 'let in as admin']);
    for (const host of ['evil.example', 'localhost.evil.example', 'plantain.lan.evil.example', 'lan'])
      expect([host, await at(host)]).toEqual([host, '403 origin_refused']);
  });

  test('that nobody knows is over, and the cookie is taken away', async () => {
    expect(await outcome({ headers: { cookie: '__Host-plantain_session=another' } })).toBe(
      '401 session_ended',
    );
    expect(await outcome({ headers: { cookie: 'other=1' } })).toBe('401 invalid_admin_secret');
  });

  test('without the protection of https counts only where the operator allows it', async () => {
    const plain = { cookie: 'plantain_session=token-of-this-session' };
    expect(await outcome({ headers: plain })).toBe('401 invalid_admin_secret');
    isInsecureAllowed = true;
    expect(await outcome({ headers: plain })).toBe('let in as admin');
    // Taken away by the name that it came under: no other takes it from the browser.
    takenAway = undefined;
    expect(await outcome({ headers: { cookie: 'plantain_session=another' } })).toBe('401 session_ended');
    expect(takenAway).toBe('plantain_session=; Max-Age=0; HttpOnly; SameSite=Strict; Path=/');
    await outcome({ headers: { cookie: '__Host-plantain_session=another' } });
    expect(takenAway).toMatch(/^__Host-plantain_session=; Max-Age=0; Secure;/);
  });

  test('of another machine does not count where the operator set no secret', async () => {
    expect(await outcome({ headers: { cookie }, isLocal: false })).toBe('403 admin_api_closed');
  });
});
