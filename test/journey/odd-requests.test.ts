import { afterAll, beforeAll, expect, test } from 'vitest';
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
