import { Validator } from '@seriousme/openapi-schema-validator';
import { readFile } from 'node:fs/promises';
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

const ask = (path: string, method = 'GET', headers: Record<string, string> = {}, document?: unknown) =>
  fetch(`${gateway.url}/admin/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${secret}`,
      ...(document !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(document !== undefined && { body: JSON.stringify(document) }),
  });

interface Page {
  readonly data: readonly Record<string, unknown>[];
  readonly next: string | null;
}
const orders = async (query = ''): Promise<Page> => (await (await ask(`/orders${query}`)).json()) as Page;
const ids = ({ data }: Page): unknown[] => data.map(({ id }) => id);

describe('who may ask the admin API', () => {
  test('an API key may not, nobody may without the secret, and the secret orders no pictures', async () => {
    const withKey = await ask('/orders', 'GET', { authorization: `Bearer ${gateway.key}` });
    expect([withKey.status, await errorOf(withKey)]).toEqual([
      403,
      expect.objectContaining({ code: 'admin_secret_required', type: 'invalid_request_error' }),
    ]);
    const without = await ask('/orders', 'GET', { authorization: '' });
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="Plantain admin"',
    ]);
    expect((await ask('/openapi.json', 'GET', { authorization: 'Bearer guess' })).status).toBe(401);
    const order = await generate({ ...gateway, key: secret }, { prompt: 'a fox' });
    expect([order.status, (await errorOf(order)).code]).toEqual([401, 'invalid_api_key']);
    expect((await fetch(`${gateway.url}/v1/models`, { headers: { 'api-key': secret } })).status).toBe(401);
    expect(await orders()).toEqual({ data: [], next: null });
  });

  test('what came through a proxy is let in only where the operator set the secret', async () => {
    const forwarded = { 'x-forwarded-for': '192.0.2.1' };
    const refused = await ask('/orders', 'GET', forwarded);
    expect([refused.status, (await errorOf(refused)).code]).toEqual([403, 'admin_api_closed']);
    await gateway.close();
    await start({ env: { PLANTAIN_ADMIN_SECRET: 'plantain-admin-of-this-test' } });
    expect(secret).toBe('');
    secret = 'plantain-admin-of-this-test';
    expect((await ask('/orders', 'GET', forwarded)).status).toBe(200);
  });

  test('its answers are kept by no cache, and read by no other web page', async () => {
    await gateway.close();
    await start({ env: { PLANTAIN_CORS_ORIGINS: '*' } });
    const answer = await ask('/orders', 'GET', { origin: 'https://page.example' });
    expect([answer.headers.get('cache-control'), answer.headers.get('access-control-allow-origin')]).toEqual([
      'no-store',
      null,
    ]);
    const preflight = await ask('/orders', 'OPTIONS', { origin: 'https://page.example' });
    expect(preflight.headers.get('access-control-allow-methods')).toBeNull();
  });
});

test('orders come in pages, the youngest first, and can be chosen by each of their marks', async () => {
  for (const prompt of ['one', 'two [scenario: prompt-blocked]', 'three'])
    await generate(gateway, { prompt, user: prompt.slice(0, 3) });
  await generate(gateway, { prompt: 'four', model: 'gemini-2.5-flash-image' });
  const all = await orders();
  expect(all.next).toBeNull();
  expect(all.data.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'refused', 'succeeded']);
  const [youngest, second, blocked, oldest] = ids(all);
  const first = await orders('?limit=3');
  expect([ids(first), first.next]).toEqual([[youngest, second, blocked], blocked]);
  expect(await orders(`?limit=3&before=${String(first.next)}`)).toEqual({ data: [all.data[3]], next: null });
  expect(ids(await orders(`?after=${String(blocked)}`))).toEqual([youngest, second]);
  expect(ids(await orders('?status=refused,failed'))).toEqual([blocked]);
  expect(ids(await orders('?model=gemini-2.5-flash-image'))).toContain(youngest);
  expect(ids(await orders('?upstream=sandbox&key=bootstrap'))).toEqual([youngest, second, blocked, oldest]);
  expect(ids(await orders('?project=default&user=two'))).toEqual([blocked]);
  expect(all.data[0]).toMatchObject({ project: { id: 'proj_default', name: 'default' } });
  expect(ids(await orders('?upstream=elsewhere'))).toEqual([]);
  expect(ids(await orders('?to=2026-01-01'))).toEqual([]);
  for (const [query, param] of [
    ['?status=lost', 'status'],
    ['?limit=101', 'limit'],
    ['?limit=some', 'limit'],
    ['?before=x', 'before'],
    ['?from=2026-02-30', 'from'],
    ['?key=nobody', 'key'],
    ['?project=nobody', 'project'],
    ['?stauts=failed', 'stauts'],
  ] as const) {
    const refused = await ask(`/orders${query}`);
    expect([query, refused.status, (await errorOf(refused)).param]).toEqual([query, 400, param]);
  }
});

test('one order tells every upstream call of it, as the ledger has them', async () => {
  const answer = await generate(gateway, { prompt: 'a fox', n: 2 });
  const order = await (await ask(`/orders/${String(answer.headers.get('x-request-id'))}`)).json();
  expect(order).toMatchObject({
    status: 'succeeded',
    key: { name: 'bootstrap' },
    images_delivered: 2,
    attempt_count: 2,
    attempts: [
      { ordinal: 1, upstream: 'sandbox', verdict: 'picture', phase: 'answered', http_status: 200 },
      { ordinal: 2, upstream: 'sandbox', verdict: 'picture', fault: null, error_code: null },
    ],
  });
  const unknown = await ask('/orders/req_nothing');
  expect([unknown.status, (await errorOf(unknown)).code]).toEqual([404, 'not_found']);
});

test('an upstream that is drained gets no call until it is restored', async () => {
  const states = async (): Promise<unknown> => {
    const { data } = (await (await ask('/upstreams')).json()) as Page;
    return data.map(({ name, state }) => [name, state]);
  };
  expect(await states()).toEqual([['sandbox', 'ok']]);
  expect((await ask('/upstreams/sandbox/drain', 'POST')).status).toBe(200);
  expect(await states()).toEqual([['sandbox', 'disabled']]);
  expect((await generate(gateway, { prompt: 'a fox' })).status).toBeGreaterThanOrEqual(500);
  expect((await ask('/upstreams/sandbox/restore', 'POST')).status).toBe(200);
  expect((await generate(gateway, { prompt: 'a fox' })).status).toBe(200);
  const unknown = await ask('/upstreams/sandbux/drain', 'POST');
  expect([unknown.status, (await errorOf(unknown)).message]).toEqual([
    404,
    "There is no upstream 'sandbux'. Did you mean 'sandbox'?",
  ]);
  expect((await ask('/upstreams/sandbox/drain')).status).toBe(405);
});

test('its OpenAPI document passes a public validator, leads nowhere empty, and real answers are as it says', async () => {
  const document = (await (await ask('/openapi.json')).json()) as OpenApiDocument;
  const result = await new Validator().validate(structuredClone({ ...document }));
  expect(result.errors).toBeUndefined();
  const references = new Set(JSON.stringify(document).match(/#\/components\/[\w/-]+/g));
  const components = (['schemas', 'headers'] as const).flatMap((kind) =>
    Object.keys(document.components[kind]).map((name) => `#/components/${kind}/${name}`),
  );
  expect([...references].toSorted()).toEqual(components.toSorted());
  const id = String((await generate(gateway, { prompt: 'a fox' })).headers.get('x-request-id'));
  const checker = answerChecker(document);
  const sent = new Map<string, unknown>([
    [
      'createKey',
      { name: 'website', limits: { max_open: 2 }, model_limits: { 'nano-banana': { images_per_day: 5 } } },
    ],
    ['changeKey', { tags: { team: 'web' } }],
    ['rotateKey', { overlap: '1h' }],
    ['createProject', { name: 'shop', user_limits: { images_per_day: 5 } }],
    ['changeProject', { key_limits: { max_open: 1 } }],
    ['replaceLimits', { month_micro_usd: 1_000_000 }],
    ['changeLimits', { month_micro_usd: null }],
    ['settleOrder', { cost_micro_usd: 1000, images_delivered: 1, reason: 'seen at Google' }],
    ['createAdjustment', { key: 'website', amount_micro_usd: 1000, reason: 'a demo' }],
  ]);
  const operations = Object.entries(document.paths).flatMap(([path, ofPath]) =>
    Object.entries(ofPath).map(([method, operation]) => ({
      path,
      method,
      id: String(operation['operationId']),
    })),
  );
  // What is made comes first, what ends it last.
  const rank = (one: string): number =>
    one.startsWith('create') ? 0 : /^(revoke|deleteKey|archive)/.test(one) ? 2 : 1;
  for (const { path, method, id: name } of operations.toSorted((one, two) => rank(one.id) - rank(two.id))) {
    const key = name === 'deleteKey' ? 'spare' : 'website';
    if (name === 'deleteKey') await ask('/keys', 'POST', {}, { name: 'spare' });
    // Those that need more than the secret are held to it in console.test.ts.
    if (/\/session(?:\/|$)|\/(?:stream|\{session\})$/.test(path)) continue;
    const query = path.endsWith('/limits') ? '?key=website' : '';
    const secrets = (await (await ask('/keys/website/secrets')).json()) as { data?: { id: string }[] };
    const real = path
      .replace('/admin/v1', '')
      .replace('{id}', id)
      .replace('{name}', 'sandbox')
      .replace('{key}', key)
      .replace('{project}', 'shop')
      .replace('{secret}', String(secrets.data?.[0]?.id));
    const refused = await ask(real + query, method.toUpperCase(), { authorization: '' });
    expect([path, refused.status]).toEqual([path, 401]);
    await checker.check(refused, method, path);
    const answer = await ask(real + query, method.toUpperCase(), {}, sent.get(name));
    // Its end is known.
    const expected = name === 'settleOrder' ? 409 : rank(name) === 0 ? 201 : 200;
    expect([name, answer.status]).toEqual([name, expected]);
    await checker.check(answer, method, path);
  }
});
