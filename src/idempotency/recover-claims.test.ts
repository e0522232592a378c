import { expect, test } from 'vitest';
import type { ClaimStore, EndedClaim, NewClaim, OrderRecord } from './claim-store.ts';
import { closeLostClaims, recoverClaims } from './recover-claims.ts';
import { RetryIndex } from './retry-index.ts';

/** What becomes of a claim left open, when the ledger says this of its order. */
async function closed(record: OrderRecord | undefined) {
  const told: unknown[] = [];
  const store = {
    leftOpen: async () => [{ id: 'req_1' } as NewClaim],
    remove: async (ids: readonly string[]) => void told.push(['removed', ...ids]),
    end: async (id: string, { state, endedAtMs, expiresAtMs }: EndedClaim) =>
      void told.push([state, id, endedAtMs, expiresAtMs]),
  } as unknown as ClaimStore;
  const ledger = { find: async () => record };
  const unknown = await closeLostClaims({ store, ledger, clock: { nowMs: () => 1 }, keepMs: 10 });
  return [unknown, ...told];
}

test('of an order that nobody heard the end of its callers are told so; one that cost nothing may be made again', async () => {
  expect(await closed({ status: 'unknown', costMicroUsd: 0 })).toEqual([1, ['unknown', 'req_1', 1, 11]]);
  expect(await closed({ status: 'succeeded', costMicroUsd: 5 })).toEqual([1, ['unknown', 'req_1', 1, 11]]);
  expect(await closed({ status: 'canceled', costMicroUsd: 0 })).toEqual([0, ['removed', 'req_1']]);
  expect(await closed(undefined)).toEqual([0, ['removed', 'req_1']]);
});

test('the claim of an order that is still open stays: a server that was taken for ended may be drawing it', async () => {
  expect(await closed({ status: 'open', costMicroUsd: 0 })).toEqual([0]);
});

test('after a restart a retry takes the order whose client had left, not the one that was had', async () => {
  const wanted = { keyId: 'key_1', fingerprint: 'same' };
  const ended = (id: string, expiresAtMs: number): EndedClaim => ({
    ...wanted,
    id,
    idempotencyKey: null,
    createdAtMs: 0,
    state: 'kept',
    answer: { status: 200, headers: {}, blob: id, sizeBytes: 1 },
    endedAtMs: 1000,
    expiresAtMs,
  });
  const store = {
    leftOpen: async () => [{ ...wanted, id: 'req_open' }],
    end: async () => undefined,
    withoutKey: async () => [ended('req_had', 61_000), ended('req_left', 61_001)],
  } as unknown as ClaimStore;
  const retries = new RetryIndex(10);
  const ledger = { find: async () => ({ status: 'unknown', costMicroUsd: 1 }) as const };
  expect(await recoverClaims({ store, retries, ledger, clock: { nowMs: () => 1 }, keepMs: 10 })).toBe(1);
  expect(retries.choose(wanted, 2000)?.claim.id).toBe('req_left');
});
