import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiKey } from '../../src/access/manage-keys.ts';
import { withRecords } from '../../src/cli/open-records.ts';
import { type Limits, noLimits } from '../../src/journey/limits.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

let made = 0;
/** A key made beside the running server. */
async function keyWith(
  limits: Partial<Limits>,
  more: { allowedModels?: string[]; allowedAddresses?: string[] } = {},
) {
  const wish = { name: `key ${++made}`, limits: { ...noLimits, ...limits }, ...more };
  return withRecords(gateway.app.config, ({ keys }) => createApiKey(keys, { nowMs: () => Date.now() }, wish));
}

function draw(key: string, fields: object = {}): Promise<Response> {
  return fetch(`${gateway.url}/v1/images/generations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'a fox', model: 'gemini-nano-banana-2.1', ...fields }),
  });
}

async function errorOf(answer: Response) {
  const { error } = (await answer.json()) as {
    error: { code: string; type: string; message: string; param: string | null };
  };
  return { status: answer.status, code: error.code, type: error.type, param: error.param };
}

test('a budget is kept to the micro-dollar under orders at once, and the refusal is one that no SDK repeats', async () => {
  // What one such order is reserved with, as a dry run tells.
  const dry = await fetch(`${gateway.url}/v1/images/generations?dry_run=true`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'a fox', model: 'gemini-nano-banana-2.1' }),
  });
  const { highest_price_micro_usd: price } = (await dry.json()) as { highest_price_micro_usd: number };
  expect(price).toBeGreaterThan(0);
  const { key, record } = await keyWith({ monthMicroUsd: price * 3 });
  const answers = await Promise.all(Array.from({ length: 12 }, () => draw(key)));
  const drawn = answers.filter(({ status }) => status === 200).length;
  // Those that end make room again, because they cost less than they might have.
  expect(drawn).toBeGreaterThanOrEqual(3);
  const refused = answers.filter(({ status }) => status !== 200);
  for (const answer of refused) {
    expect(answer.headers.get('x-should-retry')).toBe('false');
    expect(answer.headers.get('retry-after')).toBeNull();
    expect(answer.headers.get('plantain-budget-resets')).toMatch(/^\d{4}-\d\d-01T00:00:00\.000Z$/);
    expect(await errorOf(answer)).toEqual({
      status: 429,
      code: 'insufficient_quota',
      type: 'insufficient_quota',
      param: null,
    });
  }
  const [allowance] = await withRecords(gateway.app.config, ({ allowances }) => allowances.list(record.id));
  const spent = await withRecords(gateway.app.config, ({ ledger }) =>
    ledger.totals({ by: ['key'], keyIds: [record.id] }),
  );
  expect(allowance?.counters).toMatchObject({ openOrders: 0 });
  expect(BigInt(allowance?.counters.monthUsedMicroUsd ?? -1)).toBe(
    (spent[0]?.costMicroUsd ?? 0n) + (spent[0]?.sandboxCostMicroUsd ?? 0n),
  );
});

test('answers tell what is left of the rates, streams with their head, and refusals when to come back', async () => {
  const { key } = await keyWith({ requestsPerMinute: 2, imagesPerMinute: 10 });
  const rates = ({ headers }: Response) =>
    ['limit-requests', 'remaining-requests', 'limit-images', 'remaining-images'].map((name) =>
      headers.get(`x-ratelimit-${name}`),
    );
  const first = await draw(key);
  expect([first.status, ...rates(first)]).toEqual([200, '2', '1', '10', '9']);
  expect(first.headers.get('x-ratelimit-reset-requests')).toMatch(/^\d+(\.\d+)?s$/);
  await first.arrayBuffer();
  const streamed = await draw(key, { stream: true, n: 1 });
  expect(streamed.headers.get('content-type')).toContain('text/event-stream');
  expect([streamed.status, ...rates(streamed)]).toEqual([200, '2', '0', '10', '8']);
  await streamed.arrayBuffer();
  for (const stream of [false, true]) {
    const refused = await draw(key, { stream });
    expect(rates(refused).slice(0, 2)).toEqual(['2', '0']);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(30);
    expect(Number(refused.headers.get('retry-after-ms'))).toBeGreaterThan(0);
    expect(await errorOf(refused)).toMatchObject({
      status: 429,
      code: 'rate_limit_exceeded',
      type: 'requests',
    });
  }
  const failed = await draw((await keyWith({ requestsPerMinute: 5 })).key, {
    prompt: 'a fox [scenario: blocked-prompt]',
  });
  expect([failed.status, failed.headers.get('x-ratelimit-remaining-requests')]).toEqual([400, '4']);
});

test('nothing is told of rates where nothing limits', async () => {
  const answer = await draw(gateway.key);
  expect([...answer.headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
});

test('more pictures than ever fit are a 400 about n; a model that is not allowed does not exist; neither costs a call', async () => {
  const few = await keyWith({ imagesPerMinute: 2 });
  expect(await errorOf(await draw(few.key, { n: 3 }))).toMatchObject({
    status: 400,
    code: 'invalid_value',
    param: 'n',
  });
  const narrow = await keyWith({}, { allowedModels: ['gemini-2.5-flash-image'] });
  expect(await errorOf(await draw(narrow.key))).toMatchObject({
    status: 404,
    code: 'model_not_found',
    param: 'model',
  });
  expect((await draw(narrow.key, { model: 'gemini-2.5-flash-image' })).status).toBe(200);
});

test('a key for other addresses is no key here, on every endpoint that asks for one', async () => {
  const elsewhere = await keyWith({}, { allowedAddresses: ['192.0.2.0/24'] });
  const here = await keyWith({}, { allowedAddresses: ['127.0.0.0/8', '::1'] });
  expect(await errorOf(await draw(elsewhere.key))).toMatchObject({ status: 401, code: 'invalid_api_key' });
  const models = (key: string) =>
    fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } }).then(
      ({ status }) => status,
    );
  expect([await models(elsewhere.key), await models(here.key)]).toEqual([401, 200]);
  expect((await draw(here.key)).status).toBe(200);
});

test('a limit set beside the running server counts for the next order, what was used before included', async () => {
  const { key, record } = await keyWith({});
  expect((await draw(key)).status).toBe(200);
  const set = (limits: Partial<Limits>) =>
    withRecords(gateway.app.config, ({ allowances }) =>
      allowances.setLimits({ kind: 'key', id: record.id }, limits),
    );
  await set({ imagesPerDay: 1 });
  expect(await errorOf(await draw(key))).toMatchObject({
    status: 429,
    code: 'rate_limit_exceeded',
    type: 'images',
  });
  await set({ imagesPerDay: null });
  expect((await draw(key)).status).toBe(200);
});

test('Gemini’s own protocol keeps to the same limits, and tells them in Google’s frame', async () => {
  const ask = (key: string, method = 'generateContent') =>
    fetch(`${gateway.url}/v1beta/models/gemini-2.5-flash-image:${method}`, {
      method: 'POST',
      headers: { 'x-goog-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ contents: [{ parts: [{ text: 'a fox' }] }] }),
    });
  const told = async (answer: Response) => {
    const { error } = (await answer.json()) as { error: { status: string; details?: object[] } };
    return [answer.status, error.status, error.details];
  };
  const { key } = await keyWith({ requestsPerMinute: 2 });
  for (const [method, left] of [
    ['generateContent', '1'],
    ['streamGenerateContent?alt=sse', '0'],
  ] as const) {
    const answer = await ask(key, method);
    expect([answer.status, answer.headers.get('x-ratelimit-remaining-requests')]).toEqual([200, left]);
    await answer.arrayBuffer();
  }
  for (const method of ['generateContent', 'streamGenerateContent?alt=sse']) {
    const limited = await ask(key, method);
    expect(limited.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(await told(limited)).toEqual([
      429,
      'RESOURCE_EXHAUSTED',
      [
        expect.objectContaining({ '@type': expect.stringContaining('QuotaFailure') }),
        expect.objectContaining({ retryDelay: expect.stringMatching(/^\d+s$/) }),
      ],
    ]);
  }
  expect((await told(await ask((await keyWith({ totalMicroUsd: 1 })).key))).slice(0, 2)).toEqual([
    402,
    'RESOURCE_EXHAUSTED',
  ]);
  const day = await keyWith({ imagesPerDay: 1 });
  await (await ask(day.key)).arrayBuffer();
  expect((await told(await ask(day.key)))[2]).toEqual([
    expect.objectContaining({
      violations: [expect.objectContaining({ quotaId: expect.stringContaining('PerDay') })],
    }),
  ]);
  const elsewhere = await keyWith({}, { allowedAddresses: ['192.0.2.0/24'] });
  expect((await told(await ask(elsewhere.key))).slice(0, 2)).toEqual([400, 'INVALID_ARGUMENT']);
  const narrow = await keyWith({}, { allowedModels: ['gemini-nano-banana-2.1'] });
  expect((await told(await ask(narrow.key))).slice(0, 2)).toEqual([404, 'NOT_FOUND']);
});

test('a request sent again counts towards no limit, and its answer tells of none', async () => {
  const { key } = await keyWith({ requestsPerMinute: 1, imagesPerDay: 1 });
  const send = () =>
    fetch(`${gateway.url}/v1/images/generations`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': 'once',
      },
      body: JSON.stringify({ prompt: 'a fox', model: 'gemini-nano-banana-2.1' }),
    });
  const first = await send();
  expect([first.status, first.headers.get('x-ratelimit-remaining-requests')]).toEqual([200, '0']);
  const picture = await first.text();
  const again = await send();
  expect([again.status, again.headers.get('plantain-idempotent-replay')]).toEqual([200, 'true']);
  expect([...again.headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
  expect(await again.text()).toBe(picture);
  expect((await draw(key)).status).toBe(429);
});
