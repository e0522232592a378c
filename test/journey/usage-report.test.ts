import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenApiDocument } from '../../src/openai/openapi/openapi-document.ts';
import { answerChecker } from '../openapi/check-answer.ts';
import { errorOf, generate } from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

let gateway: Gateway;
let secret = '';
beforeEach(async () => {
  gateway = await startGateway({ env: { PLANTAIN_BUDGETS_TIME_ZONE: 'Asia/Kolkata' } });
  secret = (await readFile(join(gateway.dataDir, 'admin-secret'), 'utf8')).trim();
});
afterEach(() => gateway.close());

const ask = (path: string, headers: Record<string, string> = {}, body?: string) =>
  fetch(`${gateway.url}/admin/v1${path}`, {
    headers: { authorization: `Bearer ${secret}`, ...headers },
    ...(body !== undefined && { method: 'POST', body }),
  });

test('what was used is told by every group, each adding up to the same, as the document describes it', async () => {
  for (const prompt of ['one', 'two [scenario: prompt-blocked]', 'three'])
    await generate(gateway, { prompt, user: prompt.slice(0, 3) });
  const { check } = answerChecker((await (await ask('/openapi.json')).json()) as OpenApiDocument);
  const usage = async (query: string): Promise<Record<string, unknown>> =>
    JSON.parse(await check(await ask(`/usage${query}`), 'get', '/admin/v1/usage'));
  const { total, ...rest } = await usage('');
  expect(rest).toMatchObject({
    by: '',
    from: null,
    to: null,
    time_zone: expect.stringMatching(/^Asia\/(Kolkata|Calcutta)$/) as string,
  });
  expect(total).toMatchObject({
    orders: 3,
    images_delivered: 2,
    cost_micro_usd: 0,
    by_status: { succeeded: 2, refused: 1 },
  });
  for (const by of ['key,day', 'project,model,upstream', 'user,hour,error'])
    expect(await usage(`?by=${by}`)).toMatchObject({ by, total });
  expect((await usage('?by=key,project'))['rows']).toMatchObject([
    { key: 'bootstrap', project: 'default', project_id: 'proj_default', orders: 3 },
  ]);
  expect((await usage('?by=user&from=2026-01-01&time_zone=UTC'))['from']).toBe('2026-01-01T00:00:00.000Z');
  expect((await usage('?from=2026-01-01'))['from']).toBe('2025-12-31T18:30:00.000Z');
  for (const [query, orders] of [
    ['key=bootstrap', 3],
    ['project=default&upstream=sandbox', 3],
    ['user=one', 1],
    ['model=none', 0],
    ['to=2026-01-01T00:00:00%2B05:30', 0],
  ] as const)
    expect([query, await usage(`?${query}`)]).toMatchObject([query, { total: { orders } }]);
});

test('reports come as CSV and as JSON lines, by name or by what the client takes', async () => {
  await generate(gateway, { prompt: 'one', user: '=1+1' });
  const csv = await ask('/usage?by=user&format=csv');
  expect(csv.headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/);
  expect(csv.headers.get('content-disposition')).toBe('attachment; filename="usage.csv"');
  expect(csv.headers.get('cache-control')).toBe('no-store');
  expect(await csv.text()).toMatch(/^user,orders,.*\r\n'=1\+1,1,/);
  expect(await (await ask('/usage?by=user', { accept: 'text/csv' })).text()).toMatch(/^user,orders,/);
  const lines = await ask('/usage?by=model,day&format=jsonl');
  expect(lines.headers.get('content-type')).toMatch(/^application\/jsonl/);
  expect(JSON.parse((await lines.text()).trim())).toMatchObject({
    time_zone: expect.stringMatching(/^Asia\/(Kolkata|Calcutta)$/) as string,
    orders: 1,
  });
});

test('the largest groups come by themselves and the others together, with the same sum, in every format', async () => {
  for (const user of ['ada', 'ada', 'ada', 'bob', 'bob', 'cleo', undefined])
    await generate(gateway, { prompt: 'a fox', user });
  const { check } = answerChecker((await (await ask('/openapi.json')).json()) as OpenApiDocument);
  const usage = async (query: string): Promise<Record<string, unknown>> =>
    JSON.parse(await check(await ask(`/usage?${query}`), 'get', '/admin/v1/usage'));
  const { total } = await usage('by=user');
  expect(await usage('by=user&top=2&top_by=orders')).toMatchObject({
    top: 2,
    top_by: 'orders',
    total,
    rows: [
      { user: 'ada', orders: 3 },
      { user: 'bob', orders: 2 },
      { user: null, others: 2, orders: 2 },
    ],
  });
  expect(await usage('by=day,user,model&top=1&user=ada')).toMatchObject({
    rows: [{ user: 'ada', orders: 3 }],
  });
  const { rows } = await usage('by=hour,user&top=1');
  expect(
    (rows as { others?: number; orders: number }[]).map(({ others, orders }) => [others, orders]),
  ).toEqual([
    [undefined, 3],
    [3, 4],
  ]);
  const csv = await (await ask('/usage?by=user&top=1&format=csv')).text();
  expect(csv).toMatch(/^user,others,orders,.*\r\nada,,3,.*\r\n,3,4,/);
  expect(csv.split('\r\n')).toHaveLength(4);
});

test('what cannot be asked is refused by name', async () => {
  for (const [query, param] of [
    ['by=week', 'by'],
    ['by=day,day', 'by'],
    ['by=', 'by'],
    ['time_zone=Mars/Base', 'time_zone'],
    ['from=2026-02-30', 'from'],
    ['from=yesterday', 'from'],
    ['from=2026-02-03&to=2026-02-01', 'to'],
    ['key=nobody', 'key'],
    ['project=nobody', 'project'],
    ['by=day&top=3', 'top'],
    ['top=3', 'top'],
    ['by=key&top=0', 'top'],
    ['by=key&top=101', 'top'],
    ['by=key&top=1.5', 'top'],
    ['by=key&top_by=cost', 'top_by'],
    ['by=key&top=3&top_by=luck', 'top_by'],
    ['format=xml', 'format'],
    ['form=csv', 'form'],
  ] as const) {
    const refused = await ask(`/usage?${query}`);
    expect([query, refused.status, (await errorOf(refused)).param]).toEqual([query, 400, param]);
  }
  expect((await ask('/usage', { authorization: `Bearer ${gateway.key}` })).status).toBe(403);
});

test('orders are exported a line each, the youngest first, as many as there are', async () => {
  for (const prompt of ['one', 'two [scenario: prompt-blocked]'])
    await generate(gateway, { prompt, user: '@home' });
  const csv = await ask('/orders/export');
  expect(csv.headers.get('content-disposition')).toBe('attachment; filename="orders.csv"');
  const [head, first, second, end] = (await csv.text()).split('\r\n');
  expect(head).toMatch(/^id,created_at,finished_at,status,operation,key,key_id,project,/);
  expect(first).toMatch(/^req_\w+,.*,refused,generate,bootstrap,key_\w+,default,proj_default,'@home,/);
  expect(second).toMatch(/^req_\w+,.*,succeeded,/);
  expect(end).toBe('');
  const lines = (await (await ask('/orders/export?format=jsonl&key=bootstrap&to=2100-01-01')).text())
    .trim()
    .split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { status: string }).status)).toEqual([
    'refused',
    'succeeded',
  ]);
  const made = await ask('/keys', { 'content-type': 'application/json' }, '{"name":"other"}');
  const { secret: other } = (await made.json()) as { secret: string };
  await generate({ ...gateway, key: other }, { prompt: 'three', user: 'ada' });
  for (const [query, orders] of [
    ['project=default', 3],
    ['user=ada', 1],
    ['user=%40home', 2],
    ['user=ada&key=bootstrap', 0],
    ['project=proj_default&key=other', 1],
  ] as const) {
    const found = await (await ask(`/orders/export?format=jsonl&${query}`)).text();
    expect([query, found.split('\n').length - 1]).toEqual([query, orders]);
  }
  const refused = await ask('/orders/export?project=nobody');
  expect([refused.status, (await errorOf(refused)).param]).toEqual([400, 'project']);
});
