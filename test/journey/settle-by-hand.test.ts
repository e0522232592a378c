import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenApiDocument } from '../../src/openai/openapi/openapi-document.ts';
import { answerChecker } from '../openapi/check-answer.ts';
import { earlierDataFolder } from '../support/earlier-data-folder.ts';
import { errorOf } from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

/** The order that the server of this folder was killed under. */
const lost = 'req_0mwwzhp304eiQxrfuyJM3oF8';
let folder: ReturnType<typeof earlierDataFolder>;
let gateway: Gateway;
beforeEach(async () => {
  folder = earlierDataFolder();
  gateway = await startGateway({ dataDir: folder.path });
});
afterEach(async () => {
  await gateway.close();
  folder.remove();
});

test('an order that a server was killed under is settled over the admin API, once, and the log tells of it', async () => {
  const secret = (await readFile(join(folder.path, 'admin-secret'), 'utf8')).trim();
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
  const ask = (path: string, document?: unknown) =>
    fetch(`${gateway.url}/admin/v1${path}`, {
      headers,
      ...(document !== undefined && { method: 'POST', body: JSON.stringify(document) }),
    });
  const settle = (document: unknown, id = lost) => ask(`/orders/${id}/settle`, document);
  const { check } = answerChecker((await (await ask('/openapi.json')).json()) as OpenApiDocument);

  // When its server was found to be gone says nothing of how long it took.
  expect(JSON.parse(await check(await ask(`/orders/${lost}`), 'get', '/admin/v1/orders/{id}'))).toMatchObject(
    {
      status: 'unknown',
      duration_ms: null,
    },
  );
  for (const [document, code, param] of [
    [{ cost_micro_usd: 80_000, reason: 'r', images_delivered: 3 }, 'invalid_value', 'images_delivered'],
    [{ cost_micro_usd: 718_636, reason: 'r' }, 'invalid_value', 'cost_micro_usd'],
    [{ cost_micro_usd: -1, reason: 'r' }, 'invalid_value', 'cost_micro_usd'],
    [{ cost_micro_usd: 1, reason: ' ' }, 'invalid_value', 'reason'],
    [{ cost_micro_usd: 1 }, 'missing_required_parameter', 'reason'],
    [{ cost_micro_usd: 1, reason: 'r', cost: 2 }, 'unknown_parameter', 'cost'],
  ] as const) {
    const refused = await settle(document);
    expect([document, refused.status, await errorOf(refused)]).toMatchObject([
      document,
      400,
      { code, param },
    ]);
  }
  const wish = { cost_micro_usd: 80_000, images_delivered: 2, reason: 'October bill' };
  expect((await settle(wish, 'req_none')).status).toBe(404);
  const answer = await check(await settle(wish), 'post', '/admin/v1/orders/{id}/settle');
  expect(JSON.parse(answer)).toMatchObject({
    id: lost,
    status: 'succeeded',
    duration_ms: null,
    cost_micro_usd: 80_000,
    charged_micro_usd: 80_000,
    images_delivered: 2,
  });
  const again = await settle(wish);
  expect([again.status, await errorOf(again)]).toMatchObject([409, { code: 'state_conflict' }]);
  expect(await (await ask('/audit?action=order.settle')).json()).toMatchObject({
    data: [
      {
        actor: 'admin secret',
        subject: lost,
        before: { status: 'unknown' },
        after: { status: 'succeeded', reason: 'October bill' },
      },
    ],
  });
});
