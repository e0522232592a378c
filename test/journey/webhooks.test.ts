import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createApiKey } from '../../src/access/manage-keys.ts';
import { withRecords } from '../../src/cli/open-records.ts';
import { noLimits } from '../../src/journey/limits.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';
import { isGenuine, startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const secret = `whsec_${Buffer.from('thirty-two bytes that are secret').toString('base64')}`;
let gateway: Gateway;
let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
  const secretFile = join(process.env['TMPDIR'] ?? '/tmp', `plantain-webhook-secret-${String(process.pid)}`);
  await writeFile(secretFile, secret, { mode: 0o600 });
  gateway = await startGateway({
    env: {
      PLANTAIN_WEBHOOKS_URL: receiver.url,
      PLANTAIN_WEBHOOKS_SECRET_FILE: secretFile,
      PLANTAIN_WEBHOOKS_ALLOW_PRIVATE: 'true',
    },
  });
});
afterAll(async () => {
  await gateway.close();
  await receiver.close();
});

function draw(key: string): Promise<Response> {
  return fetch(`${gateway.url}/v1/images/generations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'a fox', model: 'gemini-nano-banana-2.1' }),
  });
}

test('a receiver is told when a limit is nearly used up, and when it refuses an order', async () => {
  const { key, record } = await withRecords(gateway.app.config, ({ keys }) =>
    createApiKey(
      keys,
      { nowMs: () => Date.now() },
      { name: 'website', limits: { ...noLimits, imagesPerDay: 5 } },
    ),
  );
  for (let order = 0; order < 4; order++) expect((await draw(key)).status).toBe(200);
  await vi.waitFor(() => expect(receiver.received).toHaveLength(1), { timeout: 20_000 });
  expect((await draw(key)).status).toBe(200);
  for (let order = 0; order < 3; order++) expect((await draw(key)).status).toBe(429);
  await vi.waitFor(() => expect(receiver.received).toHaveLength(3), { timeout: 20_000 });
  for (const message of receiver.received) expect(await isGenuine(secret, message)).toBe(true);
  const bodies = receiver.received.map(({ body }) => JSON.parse(body) as { type: string; data: object });
  const common = {
    project: { id: 'proj_default', name: 'default' },
    key: { id: record.id, name: 'website' },
    limit: 'images_per_day',
    allowed: 5,
  };
  expect(bodies.map(({ type, data }) => ({ type, data }))).toMatchObject([
    { type: 'budget.threshold_reached', data: { ...common, used: 4, percent: 80, requested: null } },
    { type: 'budget.threshold_reached', data: { ...common, used: 5, percent: 95 } },
    { type: 'budget.exhausted', data: { ...common, used: 5, percent: null, requested: 1 } },
  ]);
}, 60_000);
