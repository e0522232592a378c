import { afterAll, beforeAll, expect, test } from 'vitest';
import { withRecords } from '../../src/cli/open-records.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

test('an order that was interrupted before it began is refused, and asks nobody for a picture', async () => {
  const { app } = gateway;
  const begun = app.runOrder({ body: { prompt: 'a fox' }, signal: AbortSignal.abort() });
  await expect(begun).rejects.toMatchObject({ code: 'client_closed' });
  const calls = await withRecords(app.config, async ({ ledger }) => {
    const orders = await ledger.list({ limit: 10 });
    return Promise.all(orders.map(({ id }) => ledger.attempts(id)));
  });
  expect(calls.flat()).toEqual([]);
});
