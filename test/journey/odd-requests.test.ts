import { afterAll, beforeAll, expect, test } from 'vitest';
import { generate, ledgerRows } from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const long = 'a'.repeat(4000);

test.each([
  ['GET', '/v1/models/%ff', 400, 'malformed_request'],
  ['GET', '/nowhere/%ff?key=sk-secret', 400, 'malformed_request'],
  ['GET', `/images/${long}`, 404, null],
  ['GET', `/admin/v1/keys/${long}`, 404, null],
])(
  'a path that cannot be read (%s %.30s) is told in OpenAI’s shape, without its secrets',
  async (method, path, status, code) => {
    const response = await fetch(gateway.url + path, { method });
    const body = await response.text();
    expect(response.status).toBe(status);
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    expect(JSON.parse(body)).toMatchObject({ error: { type: 'invalid_request_error', code } });
    expect(body).not.toMatch(/FST_|sk-secret/);
  },
);

test.each(['-5', '0', 'NaN', 'soon', '1e999'])(
  'Google’s clients are told of a time-out that is none (%s)',
  async (seconds) => {
    const response = await fetch(`${gateway.url}/v1beta/models/nano-banana:generateContent`, {
      method: 'POST',
      headers: { 'x-goog-api-key': gateway.key, 'x-server-timeout': seconds },
      body: JSON.stringify({ contents: [{ parts: [{ text: 'a fox' }] }] }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { status: 'INVALID_ARGUMENT' } });
  },
);

test('a path that cannot be read is told in Google’s shape on the native route', async () => {
  const response = await fetch(`${gateway.url}/v1beta/models/%ff:generateContent`, { method: 'POST' });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 400, status: 'INVALID_ARGUMENT' } });
});

test('half of a character in a prompt is refused, not drawn as another one, in either API', async () => {
  const ask = (path: string, body: string) =>
    fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
      body,
    });
  const images = await ask('/v1/images/generations', '{"prompt":"a fox \\ud83e"}');
  expect([images.status, (await images.text()).slice(0, 500)]).toEqual([
    400,
    expect.stringMatching(/"param":"prompt"/),
  ]);
  const predict = await ask(
    '/v1beta/models/nano-banana:predict',
    '{"instances":[{"prompt":"a fox \\ud83e"}]}',
  );
  expect([predict.status, (await predict.text()).slice(0, 500)]).toEqual([
    400,
    expect.stringContaining('INVALID_ARGUMENT'),
  ]);
});

test('end users whose names begin alike are each their own, however long the names are', async () => {
  const name = 'u'.repeat(300);
  for (const user of [`${name}1`, `${name}2`]) {
    const answer = await generate(gateway, { prompt: 'a fox', user });
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
  }
  const users = ledgerRows(gateway.dataDir).flatMap(({ end_user: user }) => user ?? []);
  expect(users).toHaveLength(2);
  expect(users[0]).not.toBe(users[1]);
});
