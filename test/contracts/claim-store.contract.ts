import { describe, expect, test } from 'vitest';
import type { ClaimStore, EndedClaim, NewClaim } from '../../src/idempotency/claim-store.ts';

export interface ClaimStoreUnderTest {
  readonly store: ClaimStore;
  /** The same book through another connection. */
  readonly other: ClaimStore;
  close(): Promise<void>;
}

const claim = (id: string, more: Partial<NewClaim> = {}): NewClaim => ({
  id,
  keyId: 'key_1',
  idempotencyKey: id,
  fingerprint: 'f',
  createdAtMs: 1,
  ...more,
});
const answer = (sizeBytes: number) => ({
  status: 400,
  reason: 'No',
  headers: { 'content-type': 'application/json' },
  blob: `blob-${sizeBytes}`,
  sizeBytes,
});
const kept = (endedAtMs: number, sizeBytes = 10, expiresAtMs = endedAtMs + 100) =>
  ({ state: 'kept', answer: answer(sizeBytes), endedAtMs, expiresAtMs }) as const;
const ids = (claims: readonly EndedClaim[]) => claims.map(({ id }) => id);

/** What every book of claims has to keep. */
export function claimStoreContract(name: string, make: () => Promise<ClaimStoreUnderTest>): void {
  const withStore = async (work: (stores: ClaimStoreUnderTest) => Promise<void>): Promise<void> => {
    const stores = await make();
    try {
      await work(stores);
    } finally {
      await stores.close();
    }
  };

  describe(`claims in ${name}`, () => {
    test('of claims of one key at the same time exactly one holds, over all connections', () =>
      withStore(async ({ store, other }) => {
        const opened = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            (index % 2 === 0 ? store : other).open(claim(`req_${index}`, { idempotencyKey: 'k' })),
          ),
        );
        expect(opened.filter(Boolean)).toHaveLength(1);
        expect(await other.find('key_1', 'k')).toBe('open');
        // Another caller's key is another key, and without a key every claim is its own.
        expect(await store.open(claim('req_a', { idempotencyKey: 'k', keyId: 'key_2' }))).toBe(true);
        expect(await store.open(claim('req_b', { idempotencyKey: null }))).toBe(true);
        expect(await store.open(claim('req_c', { idempotencyKey: null }))).toBe(true);
      }));

    test('an ended claim is found as it ended, and its key is free when it is removed', () =>
      withStore(async ({ store, other }) => {
        await store.open(claim('req_1'));
        await store.end('req_1', kept(5));
        expect(await other.find('key_1', 'req_1')).toEqual({ ...claim('req_1'), ...kept(5) });
        await store.end('req_1', { state: 'gone', answer: null, endedAtMs: 5, expiresAtMs: 9 });
        expect(await store.find('key_1', 'req_1')).toMatchObject({
          state: 'gone',
          answer: null,
          expiresAtMs: 9,
        });
        await store.remove(['req_1']);
        expect(await store.find('key_1', 'req_1')).toBeUndefined();
        expect(await store.open(claim('req_2', { idempotencyKey: 'req_1' }))).toBe(true);
      }));

    test('the end of a claim that is not there makes none', () =>
      withStore(async ({ store }) => {
        await store.end('req_1', kept(5));
        await store.remove(['req_1']);
        await store.remove([]);
        expect(await store.totals()).toEqual({ claims: 0, bytes: 0 });
      }));

    test('what is left open and what has ended are told apart', () =>
      withStore(async ({ store }) => {
        for (const id of ['req_1', 'req_2']) await store.open(claim(id));
        for (const id of ['req_4', 'req_3']) {
          await store.open(claim(id, { idempotencyKey: null }));
          await store.end(id, kept(Number(id.slice(4))));
        }
        await store.end('req_2', kept(7, 30));
        expect(await store.leftOpen()).toEqual([claim('req_1')]);
        expect(ids(await store.withoutKey())).toEqual(['req_3', 'req_4']);
        expect(await store.totals()).toEqual({ claims: 4, bytes: 50 });
      }));

    test('what has expired is told, and never what is open', () =>
      withStore(async ({ store }) => {
        for (const id of ['req_1', 'req_2', 'req_3']) await store.open(claim(id));
        await store.end('req_1', kept(1, 1, 100));
        await store.end('req_2', kept(1, 1, 101));
        expect(ids(await store.expired(99, 10))).toEqual([]);
        expect(ids(await store.expired(100, 10))).toEqual(['req_1']);
        expect(await store.expired(1000, 1)).toHaveLength(1);
      }));

    test('those that expire first make room first, and those that ended first go first', () =>
      withStore(async ({ store }) => {
        for (const [id, keyId, endedAtMs, expiresAtMs] of [
          ['req_1', 'key_1', 1, 900],
          ['req_2', 'key_1', 2, 200],
          ['req_3', 'key_2', 3, 300],
          ['req_4', 'key_1', 4, 400],
        ] as const) {
          await store.open(claim(id, { keyId }));
          await store.end(id, kept(endedAtMs, 1, expiresAtMs));
        }
        await store.open(claim('req_5'));
        expect(ids(await store.firstKept(2))).toEqual(['req_2', 'req_3']);
        expect(await store.crowdedKeys(3)).toEqual([]);
        expect(await store.crowdedKeys(2)).toEqual(['key_1']);
        expect(ids(await store.beyond(1, 'key_1', 10))).toEqual(['req_1', 'req_2']);
        expect(ids(await store.beyond(1, undefined, 2))).toEqual(['req_1', 'req_2']);
        expect(ids(await store.beyond(4, undefined, 10))).toEqual([]);
      }));
  });
}
