import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenApiDocument } from '../../src/openai/openapi/openapi-document.ts';
import { errorOf } from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

let gateway: Gateway;
let headers: Readonly<Record<string, string>>;
beforeAll(async () => {
  gateway = await startGateway();
  headers = {
    authorization: `Bearer ${(await readFile(join(gateway.dataDir, 'admin-secret'), 'utf8')).trim()}`,
  };
});
afterAll(() => gateway.close());

test('every route of the admin API refuses a query parameter that it does not know, before it does anything', async () => {
  const ask = (path: string, method = 'get'): Promise<Response> =>
    fetch(`${gateway.url}/admin/v1${path}`, {
      method: method.toUpperCase(),
      headers: { ...headers, 'content-type': 'application/json' },
      ...(['get', 'delete'].includes(method) ? {} : { body: '{}' }),
      signal: AbortSignal.timeout(5000),
    });
  const { paths } = (await (await ask('/openapi.json')).json()) as OpenApiDocument;
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => [method, path.replace('/admin/v1', '')] as const),
  );
  expect(routes.length).toBeGreaterThan(30);
  const taken: string[] = [];
  for (const [method, path] of [...routes, ['get', '/openapi.json'] as const]) {
    const answer = await ask(`${path.replaceAll(/\{\w+\}/g, 'none')}?nonsense=1`, method);
    const { code, param } = answer.status === 400 ? await errorOf(answer) : {};
    await answer.body?.cancel().catch(() => undefined);
    if (code !== 'unknown_parameter' || param !== 'nonsense')
      taken.push(`${method} ${path}: ${answer.status} ${code}`);
  }
  expect(taken).toEqual([]);
});
