import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { compose } from '../../src/app/compose.ts';
import { createOperators } from '../../src/app/operators.ts';
import { createRoutes } from '../../src/app/routes.ts';
import { runCommandLine } from '../../src/cli/run-command-line.ts';
import type { Route } from '../../src/server/routes.ts';
import { errorOf, generate } from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

let gateway: Gateway;
let secret: string;
beforeEach(async () => {
  gateway = await startGateway();
  secret = (await readFile(join(gateway.dataDir, 'admin-secret'), 'utf8')).trim();
});
afterEach(() => gateway.close());

interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: Record<string, any>;
}
const ask = async (
  method: string,
  path: string,
  document?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> => {
  const answer = await fetch(`${gateway.url}/admin/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${secret}`,
      ...(document !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(document !== undefined && { body: JSON.stringify(document) }),
  });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
};
const refusal = ({ status, body }: Answer): unknown[] => [status, body['error'].code, body['error'].param];
const draw = async (key: string, fields: Record<string, unknown> = {}) => {
  const answer = await generate({ ...gateway, key }, { prompt: 'a fox', ...fields });
  return answer.status === 200 ? 'drawn' : (await errorOf(answer)).code;
};

test('a key with a budget draws until it is spent, goes on when the budget is raised, and is the same key with a new secret', async () => {
  const probe = await ask('POST', '/keys', { name: 'probe' });
  expect(await draw(probe.body['secret'])).toBe('drawn');
  const price = (await ask('GET', '/orders?key=probe')).body['data'][0].cost_micro_usd as number;
  const reserved = (await ask('GET', '/orders?key=probe')).body['data'][0].reserved_micro_usd as number;

  const limits = { month_micro_usd: price + reserved, max_open: 2 };
  const made = await ask('POST', '/keys', { name: 'campaign', limits, tags: { team: 'web' } });
  expect(made.status).toBe(201);
  const { id, secret: first } = made.body as { id: string; secret: string };
  expect([id, first]).toEqual([
    expect.stringMatching(/^key_/),
    expect.stringMatching(/^sk-[0-9A-Za-z]{48}$/),
  ]);
  expect(made.body).toMatchObject({
    state: 'live',
    project: { id: 'proj_default', name: 'default' },
    limits: { ...limits, day_micro_usd: null },
    usage: { month_micro_usd: { used: 0, remaining: price + reserved } },
    tags: { team: 'web' },
  });
  expect([await draw(first), await draw(first), await draw(first)]).toEqual([
    'drawn',
    'drawn',
    'insufficient_quota',
  ]);
  const spent = (await ask('GET', `/keys/${id}`)).body;
  expect(JSON.stringify(spent)).not.toContain(first.slice(8, 40));
  expect(spent['usage'].month_micro_usd).toEqual({
    used: 2 * price,
    remaining: reserved - price,
    resets_at: expect.stringMatching(/-01T00:00:00\.000Z$/),
  });

  const raised = await ask('PATCH', `/keys/${id}`, {
    limits: { month_micro_usd: 10 * reserved },
    tags: null,
  });
  expect(raised.body).toMatchObject({ limits: { month_micro_usd: 10 * reserved, max_open: 2 }, tags: {} });
  expect(await draw(first)).toBe('drawn');

  const rotated = await ask('POST', `/keys/${id}/rotate`, { overlap: '1h' });
  expect([rotated.status, rotated.body['id']]).toEqual([200, id]);
  const second = rotated.body['secret'] as string;
  expect([second === first, await draw(first), await draw(second)]).toEqual([false, 'drawn', 'drawn']);
  const after = (await ask('GET', `/keys/${id}`)).body;
  expect(after['usage'].total_micro_usd.used).toBe(5 * price);
  expect((await ask('GET', `/keys/${id}/secrets`)).body['data']).toMatchObject([
    { valid_until: expect.stringContaining('T') },
    { valid_until: null },
  ]);
  const [old, young] = after['secrets'] as { id: string }[];
  expect(refusal(await ask('DELETE', `/keys/${id}/secrets/${String(young?.id)}`))).toEqual([
    409,
    'state_conflict',
    null,
  ]);
  expect((await ask('DELETE', `/keys/${id}/secrets/${String(old?.id)}`)).status).toBe(200);
  expect([await draw(first), await draw(second)]).toEqual(['invalid_api_key', 'drawn']);

  expect((await ask('PATCH', `/keys/${id}`, { disabled: true })).body['state']).toBe('disabled');
  expect(await draw(second)).toBe('invalid_api_key');
  expect((await ask('PATCH', `/keys/${id}`, { disabled: null })).body['state']).toBe('live');
  expect(await draw(second)).toBe('drawn');

  expect((await ask('POST', `/keys/${id}/revoke`)).body).toMatchObject({ id, state: 'revoked' });
  expect(await draw(second)).toBe('invalid_api_key');
  expect(refusal(await ask('PATCH', `/keys/${id}`, { strict: true }))).toEqual([409, 'state_conflict', null]);

  const { data: log } = (await ask('GET', `/audit?subject=${id}`)).body as {
    data: Record<string, unknown>[];
  };
  expect(log.map(({ action }) => action)).toEqual([
    'key.revoke',
    'key.change',
    'key.change',
    'key.end_secret',
    'key.rotate',
    'key.change',
    'key.create',
  ]);
  expect(log.at(-2)).toMatchObject({
    actor: 'admin secret',
    address: '127.0.0.1',
    request_id: expect.stringMatching(/^req_/),
    before: { limits: { month_micro_usd: price + reserved }, tags: { team: 'web' } },
    after: { limits: { month_micro_usd: 10 * reserved }, tags: {} },
  });
  expect(Object.keys((log.at(-2) as { after: object }).after)).toEqual(['tags', 'limits']);
  for (const known of [first, second]) expect(JSON.stringify(log)).not.toContain(known.slice(8, 40));
});

describe('who may', () => {
  test('no key reaches any route of the admin API, nobody without the secret does, and the secret opens no route of keys', async () => {
    const { config } = gateway.app;
    const parts = await compose(config, ':memory:');
    const reload = async () => ({ kind: 'refused', problems: [] }) as const;
    const routes = createRoutes(parts, {
      stopping: new AbortController().signal,
      operators: createOperators(parts),
      explain: () => [],
      reload,
    });
    await parts.database.close();
    const send = (route: Route, token: string) =>
      fetch(`${gateway.url}${route.path.replaceAll(/:\w+/g, 'x').replace('*', 'x')}`, {
        method: route.method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(route.method !== 'GET' && { body: '{}' }),
      });
    // Signing in is for those who have nothing yet; console.test.ts has its own.
    const admin = routes.filter(({ path, auth }) => path.startsWith('/admin/') && auth !== 'none');
    expect(admin.length).toBeGreaterThanOrEqual(30);
    for (const route of admin) {
      const withKey = await send(route, gateway.key);
      expect([route.path, withKey.status, (await errorOf(withKey)).code]).toEqual([
        route.path,
        403,
        'admin_secret_required',
      ]);
      expect([route.path, (await send(route, 'guess')).status]).toEqual([route.path, 401]);
    }
    const ofKeys = routes.filter(({ auth }) => auth === 'key' || auth === 'journey');
    for (const route of ofKeys) {
      const { status } = await send(route, secret);
      expect([route.path, status, [400, 401, 404].includes(status)]).toEqual([route.path, status, true]);
    }
    for (const path of [
      '/v1/images/generations',
      '/v1/models',
      '/v1beta/models/gemini-2.5-flash-image:generateContent',
    ]) {
      const method = path === '/v1/models' ? 'GET' : 'POST';
      const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
      const body = method === 'POST' ? { body: '{"prompt":"a fox"}' } : {};
      const { status } = await fetch(gateway.url + path, { method, headers, ...body });
      // Google's API says 400 of a key that it does not know.
      expect([path, status]).toEqual([path, path.startsWith('/v1beta') ? 400 : 401]);
    }
    expect((await ask('GET', '/orders')).body['data']).toEqual([]);
    expect((await ask('GET', '/audit')).body['data']).toEqual([]);
  });
});

test.each([
  ['POST', '/keys', {}, 'missing_required_parameter', 'name'],
  ['POST', '/keys', { name: 7 }, 'invalid_value', 'name'],
  ['POST', '/keys', { name: 'sk-x' }, 'invalid_value', 'name'],
  ['POST', '/keys', { name: 'a', limit: {} }, 'unknown_parameter', 'limit'],
  ['POST', '/keys', { name: 'a', limits: { month_usd: 1 } }, 'unknown_parameter', 'limits.month_usd'],
  ['POST', '/keys', { name: 'a', limits: { max_open: 1.5 } }, 'invalid_value', 'limits.max_open'],
  [
    'POST',
    '/keys',
    { name: 'a', limits: { requests_per_minute: 0 } },
    'invalid_value',
    'limits.requests_per_minute',
  ],
  ['POST', '/keys', { name: 'a', limits: { day_micro_usd: '5' } }, 'invalid_value', 'limits.day_micro_usd'],
  ['POST', '/keys', { name: 'a', limits: { day_micro_usd: -1 } }, 'invalid_value', 'limits.day_micro_usd'],
  ['POST', '/keys', { name: 'a', limits: { day_micro_usd: 1e300 } }, 'invalid_value', 'limits.day_micro_usd'],
  ['GET', '/keys?limit=0x5', undefined, 'invalid_value', 'limit'],
  ['GET', '/keys?limit=1e1', undefined, 'invalid_value', 'limit'],
  ['POST', '/keys', { name: 'a', model_limits: { none: {} } }, 'invalid_value', 'model_limits'],
  [
    'POST',
    '/keys',
    { name: 'a', model_limits: { 'nano-banana': { max_open: 1 }, 'gemini-nano-banana-2.1': null } },
    'invalid_value',
    'model_limits',
  ],
  ['POST', '/keys', { name: 'a', models: ['no-such-model'] }, 'invalid_value', 'models'],
  ['POST', '/keys', { name: 'a', models: [] }, 'invalid_value', 'models'],
  ['POST', '/keys', { name: 'a', addresses: ['here'] }, 'invalid_value', 'addresses'],
  ['POST', '/keys', { name: 'a', expires_at: '2026-02-30' }, 'invalid_value', 'expires_at'],
  ['POST', '/keys', { name: 'a', expires_at: 1 }, 'invalid_value', 'expires_at'],
  ['POST', '/keys', { name: 'a', expires_at: '2020-01-01' }, 'invalid_value', 'expires_at'],
  ['PATCH', '/keys/bootstrap', { expires_at: '2020-01-01T00:00:00Z' }, 'invalid_value', 'expires_at'],
  ['POST', '/keys', { name: 'a', tags: { 'a b': 'c' } }, 'invalid_value', 'tags'],
  [
    'POST',
    '/keys',
    JSON.parse('{"name":"a","tags":{"__proto__":"b"}}') as object,
    'unknown_parameter',
    'tags.__proto__',
  ],
  ['POST', '/keys', [], 'invalid_value', null],
  ['PATCH', '/keys/bootstrap', { name: null }, 'invalid_value', 'name'],
  ['PATCH', '/keys/bootstrap', { project: 'default' }, 'unknown_parameter', 'project'],
  ['PATCH', '/keys/bootstrap', { tags: { a: 1 } }, 'invalid_value', 'tags.a'],
  ['POST', '/keys/bootstrap/rotate', { overlap: 'soon' }, 'invalid_value', 'overlap'],
  ['POST', '/keys/bootstrap/rotate', { overlap: '400d' }, 'invalid_value', 'overlap'],
  [
    'POST',
    '/projects',
    { name: 'a', user_limits: { max_opn: 1 } },
    'unknown_parameter',
    'user_limits.max_opn',
  ],
  ['PUT', '/limits?key=bootstrap', { max_open: -1 }, 'invalid_value', 'max_open'],
  ['PUT', '/limits', { max_open: 1 }, 'invalid_value', 'key'],
  ['PUT', '/limits?key=bootstrap&users=true', {}, 'invalid_value', 'users'],
  ['PATCH', '/limits?project=default&user=', {}, 'invalid_value', 'user'],
  ['GET', '/limits?key=bootstrap&modle=x', undefined, 'unknown_parameter', 'modle'],
  [
    'POST',
    '/adjustments',
    { key: 'bootstrap', amount_micro_usd: 0, reason: 'x' },
    'invalid_value',
    'amount_micro_usd',
  ],
  ['POST', '/adjustments', { key: 'bootstrap', amount_micro_usd: 5, reason: ' ' }, 'invalid_value', 'reason'],
  ['POST', '/adjustments', { key: 'bootstrap', amount_micro_usd: 5 }, 'missing_required_parameter', 'reason'],
  ['GET', '/audit?actor=me', undefined, 'invalid_value', 'actor'],
  ['GET', '/keys?state=lost', undefined, 'invalid_value', 'state'],
] as const)(
  '%s %s with %j is refused with the field at fault',
  async (method, path, document, code, param) => {
    expect(refusal(await ask(method, path, document))).toEqual([400, code, param]);
    expect((await ask('GET', '/audit')).body['data']).toEqual([]);
  },
);

describe('projects and limits', () => {
  test('keys of a project share its limits, begin with what it says, and each end user has the limits of the template', async () => {
    const project = await ask('POST', '/projects', {
      name: 'shop',
      limits: { images_per_day: 5 },
      user_limits: { images_per_day: 2 },
      key_limits: { images_per_day: 3 },
      model_limits: { 'gemini-2.5-flash-image': { images_per_day: 1 } },
    });
    expect([project.status, project.body]).toEqual([
      201,
      expect.objectContaining({
        name: 'shop',
        state: 'live',
        key_limits: expect.objectContaining({ images_per_day: 3 }),
      }),
    ]);
    const web = await ask('POST', '/keys', { name: 'web', project: 'shop' });
    expect(web.body).toMatchObject({ limits: { images_per_day: 3 }, project: { name: 'shop' } });
    const app = await ask('POST', '/keys', { name: 'app', project: 'shop', limits: null });
    expect(app.body['limits'].images_per_day).toBeNull();
    const [webSecret, appSecret] = [web.body['secret'], app.body['secret']] as [string, string];
    const flash = 'gemini-2.5-flash-image';
    expect([await draw(webSecret, { model: flash }), await draw(webSecret, { model: flash })]).toEqual([
      'drawn',
      'rate_limit_exceeded',
    ]);
    expect([
      await draw(webSecret, { user: 'ada' }),
      await draw(webSecret, { user: 'ada' }),
      await draw(webSecret),
    ]).toEqual(['drawn', 'drawn', 'rate_limit_exceeded']);
    expect(await draw(appSecret, { user: 'ada' })).toBe('rate_limit_exceeded');
    const listed = await ask('GET', '/limits?project=shop');
    expect(listed.body['data'].map(({ of }: { of: object }) => of)).toMatchObject([
      { project: project.body['id'], model: null, users: false },
      { model: flash },
      { users: true },
      { user: null, user_digest: expect.stringMatching(/^[\w-]{22}$/) },
    ]);
    const ada = (await ask('GET', '/limits?project=shop&user=ada')).body['data'];
    expect(ada).toMatchObject([
      {
        of: { user: 'ada' },
        limits: { images_per_day: null },
        usage: { images_per_day: { used: 2, remaining: 0 } },
      },
    ]);
    expect((await ask('PUT', '/limits?project=shop&user=ada', { images_per_day: 3 })).body).toMatchObject({
      limits: { images_per_day: 3 },
      usage: { images_per_day: { used: 2, remaining: 1 } },
    });
    expect(await draw(appSecret, { user: 'ada' })).toBe('drawn');
    expect((await ask('GET', '/projects/shop')).body['usage'].images_per_day).toMatchObject({
      used: 4,
      remaining: 1,
    });
    const archived = await ask('POST', '/projects/shop/archive');
    expect([archived.body['state'], await draw(appSecret)]).toEqual(['archived', 'invalid_api_key']);
    expect(refusal(await ask('POST', '/keys', { name: 'late', project: 'shop' }))).toEqual([
      409,
      'state_conflict',
      null,
    ]);
    expect((await ask('GET', '/projects?state=archived')).body['data']).toHaveLength(1);
    expect(refusal(await ask('POST', '/projects/default/archive'))).toEqual([409, 'state_conflict', null]);
  });

  test('PUT sets all limits, PATCH some, DELETE none; what was used stays counted', async () => {
    const { body } = await ask('POST', '/keys', { name: 'web', limits: { max_open: 4, images_per_day: 9 } });
    expect(await draw(body['secret'])).toBe('drawn');
    const limitsOf = (answer: Answer) =>
      Object.fromEntries(
        Object.entries(answer.body['limits'] as object).filter(([, limit]) => limit !== null),
      );
    expect(
      limitsOf(await ask('PATCH', '/limits?key=web', { images_per_day: null, day_micro_usd: 5 })),
    ).toEqual({
      max_open: 4,
      day_micro_usd: 5,
    });
    expect(limitsOf(await ask('PUT', '/limits?key=web', { images_per_day: 2 }))).toEqual({
      images_per_day: 2,
    });
    const model = '/limits?key=web&model=gemini-2.5-flash-image';
    expect((await ask('DELETE', model)).status).toBe(404);
    expect(limitsOf(await ask('PATCH', model, { images_per_day: 1 }))).toEqual({ images_per_day: 1 });
    expect(limitsOf(await ask('DELETE', model))).toEqual({});
    const none = await ask('DELETE', '/limits?key=web');
    expect([limitsOf(none), none.body['usage'].images_per_day.used]).toEqual([{}, 1]);
    const log = (await ask('GET', '/audit?action=limits.set')).body['data'];
    expect(log[1]).toMatchObject({ after: { model: 'gemini-2.5-flash-image', images_per_day: null } });
  });

  test('of what percents something is told is set with the limits of anybody, and shown with them', async () => {
    const made = await ask('POST', '/keys', { name: 'web', alert_at: [90, 50, 90] });
    expect([made.status, made.body['alert_at']]).toEqual([201, [50, 90]]);
    expect((await ask('PATCH', '/keys/web', { alert_at: [] })).body['alert_at']).toEqual([]);
    expect((await ask('PATCH', '/keys/web', { limits: { max_open: 2 } })).body['alert_at']).toEqual([]);
    expect((await ask('PATCH', '/keys/web', { alert_at: null })).body['alert_at']).toBeNull();
    const shop = await ask('POST', '/projects', { name: 'shop', alert_at: [10] });
    expect(shop.body['alert_at']).toEqual([10]);
    expect((await ask('PATCH', '/projects/shop', { alert_at: [20] })).body['alert_at']).toEqual([20]);
    const model = '/limits?key=web&model=nano-banana';
    expect((await ask('PATCH', model, { alert_at: [1, 100], day_micro_usd: 5 })).body).toMatchObject({
      alert_at: [1, 100],
      limits: { day_micro_usd: 5 },
    });
    expect((await ask('PATCH', model, { day_micro_usd: 6 })).body['alert_at']).toEqual([1, 100]);
    expect((await ask('GET', model)).body['data'][0].alert_at).toEqual([1, 100]);
    expect((await ask('PUT', model, { max_open: 1 })).body).toMatchObject({ alert_at: null });
    expect(
      (await ask('PATCH', '/limits?project=shop&users=true', { alert_at: [80] })).body['alert_at'],
    ).toEqual([80]);
    for (const [sent, param] of [
      [[0], 'alert_at.0'],
      [[101], 'alert_at.0'],
      [[1.5], 'alert_at.0'],
      ['80', 'alert_at'],
      [Array.from({ length: 11 }, (_, index) => index + 1), 'alert_at'],
    ])
      expect(refusal(await ask('PATCH', '/keys/web', { alert_at: sent }))).toEqual([
        400,
        'invalid_value',
        param,
      ]);
    expect(refusal(await ask('PATCH', '/keys/web', { limits: { alert_at: [1] } }))).toEqual([
      400,
      'unknown_parameter',
      'limits.alert_at',
    ]);
  });

  test('an adjustment makes room once, however often it is sent, and says by whom and why', async () => {
    const { body } = await ask('POST', '/keys', { name: 'web', limits: { total_micro_usd: 0 } });
    expect(await draw(body['secret'])).toBe('insufficient_quota');
    const wish = { key: 'web', amount_micro_usd: 1_000_000, reason: 'the demo of Friday' };
    const sent = { 'idempotency-key': '"adj-1"' };
    const first = await ask('POST', '/adjustments', wish, sent);
    expect([first.status, first.body]).toEqual([
      201,
      expect.objectContaining({
        amount_micro_usd: 1_000_000,
        reason: 'the demo of Friday',
        actor: 'admin secret',
      }),
    ]);
    expect((await ask('POST', '/adjustments', wish, { 'idempotency-key': 'adj-1' })).body).toEqual(
      first.body,
    );
    expect(refusal(await ask('POST', '/adjustments', { ...wish, amount_micro_usd: 5 }, sent))).toEqual([
      422,
      'idempotency_key_reused',
      null,
    ]);
    const total = async () => (await ask('GET', '/keys/web')).body['usage'].total_micro_usd;
    expect(await total()).toEqual({ used: -1_000_000, remaining: 1_000_000, resets_at: null });
    expect(await draw(body['secret'])).toBe('drawn');
    await ask('POST', '/adjustments', { key: 'web', amount_micro_usd: -400_000, reason: 'too much' });
    const page = await ask('GET', '/adjustments?key=web&limit=1');
    expect(page.body['data']).toMatchObject([{ amount_micro_usd: -400_000 }]);
    const rest = await ask('GET', `/adjustments?limit=1&before=${String(page.body['next'])}`);
    expect(rest.body).toMatchObject({ data: [{ id: first.body['id'] }], next: null });
    expect((await ask('GET', '/audit?action=adjustment.add')).body['data']).toHaveLength(2);
    const nobody = { key: 'web', model: 'gemini-2.5-flash-image', amount_micro_usd: 5, reason: 'x' };
    expect(refusal(await ask('POST', '/adjustments', nobody))).toEqual([404, 'not_found', null]);
  });
});

test('keys come in pages, the youngest first, and can be chosen by project, name and state', async () => {
  await ask('POST', '/projects', { name: 'shop' });
  for (const name of ['a', 'b', 'c'])
    await ask('POST', '/keys', { name, project: name === 'c' ? 'shop' : 'default' });
  await ask('POST', '/keys/a/revoke');
  await ask('PATCH', '/keys/b', { disabled: true });
  const names = async (query: string) =>
    (await ask('GET', `/keys${query}`)).body['data'].map(({ name }: { name: string }) => name);
  expect(await names('')).toEqual(['c', 'b', 'a', 'bootstrap']);
  const page = await ask('GET', '/keys?limit=2');
  expect(await names(`?before=${String(page.body['next'])}`)).toEqual(['a', 'bootstrap']);
  expect(await names('?project=shop')).toEqual(['c']);
  expect(await names('?state=revoked,disabled')).toEqual(['b', 'a']);
  expect(await names('?state=live')).toEqual(['c', 'bootstrap']);
  expect(await names('?name=b')).toEqual(['b']);
  expect(refusal(await ask('POST', '/keys', { name: 'b' }))).toEqual([409, 'name_taken', 'name']);
  expect(refusal(await ask('GET', '/keys/nobody'))).toEqual([404, 'not_found', null]);
  expect(refusal(await ask('GET', `/keys/${gateway.key}`))[0]).toBe(404);
});

test('a patch that fails in one part changes nothing, and one that changes nothing leaves no row', async () => {
  await ask('POST', '/keys', { name: 'a' });
  const wrong = { strict: true, limits: { max_open: 1 }, model_limits: { 'no-such-model': { max_open: 1 } } };
  expect((await ask('PATCH', '/keys/a', wrong)).status).toBe(400);
  expect((await ask('GET', '/keys/a')).body).toMatchObject({ strict: false, limits: { max_open: null } });
  expect((await ask('PATCH', '/keys/a', {})).status).toBe(200);
  expect((await ask('PATCH', '/keys/a', { strict: null })).status).toBe(200);
  expect((await ask('GET', '/audit')).body['data']).toHaveLength(1);
  const many = await Promise.all(
    Array.from({ length: 20 }, (_, index) => ask('PATCH', '/keys/a', { tags: { [`t${index}`]: 'x' } })),
  );
  expect(many.map(({ status }) => status)).toEqual(many.map(() => 200));
  expect(Object.keys((await ask('GET', '/keys/a')).body['tags'])).toHaveLength(20);
});

test('models and addresses of a key stand in its list once, by whatever names and however often they are sent', async () => {
  const lists = {
    models: ['nano-banana', 'gemini-3-pro-image', 'nano-banana'],
    addresses: ['::1', '127.0.0.0/8', '::1'],
  };
  const made = (await ask('POST', '/keys', { name: 'web', ...lists })).body;
  expect(made['addresses']).toEqual(['::1', '127.0.0.0/8']);
  const [first, second, ...more] = made['models'] as string[];
  expect([second, more]).toEqual(['gemini-3-pro-image', []]);
  const twoNames = { models: [first, 'nano-banana'], addresses: ['::1', '::1'] };
  const changed = await ask('PATCH', '/keys/web', twoNames);
  expect(changed.body).toMatchObject({ models: [first], addresses: ['::1'] });
});

test('models that a key may not ask for are not there for it, in either protocol', async () => {
  const { body } = await ask('POST', '/keys', { name: 'web', models: ['nano-banana'] });
  const headers = { authorization: `Bearer ${String(body['secret'])}` };
  const get = async (path: string, more: Record<string, string> = headers) => {
    const answer = await fetch(`${gateway.url}${path}`, { headers: more });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  };
  const [model] = body['models'] as [string];
  const listed = (await get('/v1/models')).body['data'] as { id: string }[];
  expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining([model, 'nano-banana']));
  expect(listed.map(({ id }) => id)).not.toContain('gemini-3-pro-image');
  expect(
    (await get('/v1/models', { authorization: `Bearer ${gateway.key}` })).body['data'].length,
  ).toBeGreaterThan(listed.length);
  expect([
    (await get(`/v1/models/${model}`)).status,
    (await get('/v1/models/gemini-3-pro-image')).status,
  ]).toEqual([200, 404]);
  const google = { 'x-goog-api-key': String(body['secret']) };
  expect(
    (await get('/v1beta/models', google)).body['models'].map(({ name }: { name: string }) => name),
  ).toEqual([`models/${model}`]);
  expect((await get('/v1beta/models/gemini-3-pro-image', google)).status).toBe(404);
  for (const dry of ['', '?dry_run=true']) {
    const order = (asked: string) =>
      fetch(`${gateway.url}/v1/images/generations${dry}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ prompt: 'a fox', model: asked }),
      });
    expect((await order('nano-banana')).status).toBe(200);
    const refused = await order('gemini-3-pro-image');
    expect([refused.status, await errorOf(refused)]).toMatchObject([
      404,
      { code: 'model_not_found', param: 'model' },
    ]);
  }
});

test('the command line, the API, upstreams and reloads leave their rows in one log, which `plantain audit` shows', async () => {
  const plantain = async (...words: string[]) => {
    const context = capturedContext({ cwd: gateway.dataDir });
    expect([
      words,
      await runCommandLine([...words, '--data-dir', gateway.dataDir], context),
      context.err(),
    ]).toEqual([words, 0, '']);
    return context.out();
  };
  await plantain('projects', 'create', 'shop');
  await plantain('keys', 'create', '--name', 'web', '--project', 'shop', '--limits', 'max_open=2');
  await plantain('keys', 'disable', 'web');
  expect((await ask('GET', '/keys/web')).body['state']).toBe('disabled');
  expect(await plantain('keys', 'list')).toMatch(/ web +shop .+ disabled 20\d\d-/);
  await plantain('keys', 'enable', 'web');
  await plantain('keys', 'rotate', 'web', '--overlap', '1h');
  const [{ hint }] = (await ask('GET', '/keys/web/secrets')).body['data'] as [{ hint: string }];
  await plantain('keys', 'revoke', 'web', '--secret', hint);
  await plantain('limits', 'set', 'images_per_day=5', '--key', 'web', '--model', 'nano-banana');
  await plantain('credits', 'add', '2', '--key', 'web', '--reason', 'a demo');
  await ask('POST', '/upstreams/sandbox/drain');
  await plantain('projects', 'archive', 'shop');
  const log = (await ask('GET', '/audit')).body['data'] as {
    actor: string;
    action: string;
    address: string | null;
  }[];
  expect(log.map(({ actor, action }) => `${actor}: ${action}`)).toEqual([
    'command line: project.archive',
    'admin secret: upstream.drain',
    'command line: adjustment.add',
    'command line: limits.set',
    'command line: key.end_secret',
    'command line: key.rotate',
    'command line: key.change',
    'command line: key.change',
    'command line: key.create',
    'command line: project.create',
  ]);
  expect(log.map(({ address }) => address).filter((address) => address !== null)).toEqual(['127.0.0.1']);
  const shown = await plantain('audit', '--key', 'web', '--limit', '2');
  expect(shown).toMatch(
    /^At \(UTC\) +By +From +What +Of +Change\n.+command line .+ adjustment\.add +web \(key_\w+\) +\{"id":"adj_/,
  );
  expect(shown).toContain('Older ones: plantain audit --before aud_');
  expect(JSON.parse(await plantain('audit', '--by', 'admin secret', '--json'))).toMatchObject([
    { action: 'upstream.drain', subject: 'sandbox', after: { was: 'ok' } },
  ]);
});

test('a body that is no JSON, of another type or too large is refused before anything is done', async () => {
  const send = async (body: string, type: string) => {
    const answer = await fetch(`${gateway.url}/admin/v1/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': type },
      body,
    });
    return [answer.status, (await errorOf(answer)).code];
  };
  expect(await send('{"name":"a"', 'application/json')).toEqual([400, null]);
  expect(await send('name=a', 'application/x-www-form-urlencoded')).toEqual([415, 'unsupported_media_type']);
  expect((await send(JSON.stringify({ name: 'a'.repeat(300_000) }), 'application/json'))[0]).toBe(413);
  expect((await ask('GET', '/keys?name=a')).body['data']).toEqual([]);
});
