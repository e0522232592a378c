import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorOf } from '../support/http.ts';
import { type Gateway, startGateway, testKey } from '../support/start-gateway.ts';

const viewerSecret = 'viewer-secret-of-this-test-0123456789';
let gateway: Gateway;
let secret: string;
beforeEach(async () => {
  gateway = await startGateway({ env: { PLANTAIN_ADMIN_VIEWER_SECRET: viewerSecret } });
  secret = (await readFile(join(gateway.dataDir, 'admin-secret'), 'utf8')).trim();
});
afterEach(() => gateway.close());

type Headers = Readonly<Record<string, string>>;
const draw = (headers: Headers, query = ''): Promise<Response> =>
  fetch(`${gateway.url}/v1/images/generations${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ prompt: 'a fox' }),
  });
const admin = (path: string): Promise<Response> =>
  fetch(`${gateway.url}/admin/v1${path}`, { headers: { authorization: `Bearer ${secret}` } });
const told = async (answer: Response): Promise<string> => `${answer.status} ${(await errorOf(answer)).code}`;
const keyId = async (): Promise<string> =>
  ((await (await admin('/studio')).json()) as { keys: { id: string }[] }).keys[0]?.id ?? '';

/** As the console's own pages send it. */
async function session(as: string): Promise<Headers> {
  const answer = await fetch(`${gateway.url}/admin/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: gateway.url },
    body: JSON.stringify({ secret: as }),
  });
  const { csrf } = (await answer.json()) as { csrf: string };
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return { cookie, origin: gateway.url, 'x-plantain-csrf': csrf };
}

test('an admin orders as a key: the ledger has the order under it', async () => {
  const acting = { 'plantain-act-as': await keyId() };
  for (const headers of [{ authorization: `Bearer ${secret}` }, await session(secret)]) {
    const answer = await draw({ ...headers, ...acting });
    expect(answer.status).toBe(200);
    const order = (await (await admin(`/orders/${answer.headers.get('x-request-id') ?? ''}`)).json()) as {
      key: { id: string };
      cost_micro_usd: number;
    };
    expect(order.key.id).toBe(acting['plantain-act-as']);
    expect(order.cost_micro_usd).toBeGreaterThan(0);
  }
});

test('the studio is told which keys can order, and how large pictures may be', async () => {
  const view = await (await admin('/studio')).json();
  expect(view).toMatchObject({ keys: [{ project: 'default' }], max_reference_bytes: expect.any(Number) });
  expect(JSON.stringify(view)).not.toContain(testKey);
});

test('a session alone, without naming a key, orders nothing', async () => {
  expect(await told(await draw(await session(secret)))).toBe('401 invalid_api_key');
});

test.each<[string, () => Promise<Headers>, string]>([
  ['nobody', async () => ({}), '401 invalid_admin_secret'],
  ['the holder of a key', async () => ({ authorization: `Bearer ${testKey}` }), '403 admin_secret_required'],
  ['a viewer', async () => ({ authorization: `Bearer ${viewerSecret}` }), '403 role_required'],
  ["a viewer's session", async () => session(viewerSecret), '403 role_required'],
  [
    'a page of another origin',
    async () => ({ ...(await session(secret)), origin: 'http://127.0.0.1:1' }),
    '403 origin_refused',
  ],
  [
    'a page that does not know the session',
    async () => ({ ...(await session(secret)), 'x-plantain-csrf': 'x' }),
    '403 origin_refused',
  ],
  [
    'a form',
    async () => ({ ...(await session(secret)), 'content-type': 'text/plain' }),
    '403 origin_refused',
  ],
])('%s cannot order as a key, not even a dry run', async (_who, headers, expected) => {
  const acting = { ...(await headers()), 'plantain-act-as': await keyId() };
  expect(await told(await draw(acting))).toBe(expected);
  expect(await told(await draw(acting, '?dry_run=true'))).toBe(expected);
});

test('a key that cannot order is told by the name of the header', async () => {
  const headers = { authorization: `Bearer ${secret}`, 'plantain-act-as': 'key_none' };
  const answer = await draw(headers);
  expect(answer.status).toBe(400);
  expect(await errorOf(answer)).toMatchObject({ code: 'invalid_value', param: 'plantain-act-as' });
});
