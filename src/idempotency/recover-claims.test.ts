import { expect, test } from 'vitest';
import type { ClaimStore, NewClaim, OrderRecord } from './claim-store.ts';
import { closeLostClaims } from './recover-claims.ts';

/** What becomes of a claim left open, when the ledger says this of its order. */
async function closed(record: OrderRecord | undefined) {
  const told: unknown[] = [];
  const store = {
    leftOpen: async () => [{ id: 'req_1' } as NewClaim],
    remove: async (ids: readonly string[]) => void told.push(['removed', ...ids]),
    end: async (id: string, { state }: { state: string }) => void told.push([state, id]),
  } as unknown as ClaimStore;
  const ledger = { find: async () => record };
  const unknown = await closeLostClaims({ store, ledger, clock: { nowMs: () => 1 }, keepMs: 10 });
  return [unknown, ...told];
}

test('of an order that nobody heard the end of its callers are told so; one that cost nothing may be made again', async () => {
  expect(await closed({ status: 'unknown', costMicroUsd: 0 })).toEqual([1, ['unknown', 'req_1']]);
  expect(await closed({ status: 'succeeded', costMicroUsd: 5 })).toEqual([1, ['unknown', 'req_1']]);
  expect(await closed({ status: 'canceled', costMicroUsd: 0 })).toEqual([0, ['removed', 'req_1']]);
  expect(await closed(undefined)).toEqual([0, ['removed', 'req_1']]);
});

test('the claim of an order that is still open stays: a server that was taken for ended may be drawing it', async () => {
  expect(await closed({ status: 'open', costMicroUsd: 0 })).toEqual([0]);
});
