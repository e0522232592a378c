import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KeptSession, SessionStore } from '../../src/access/session-store.ts';

interface Stores {
  readonly store: SessionStore;
  /** The same one in another process. */
  readonly other: SessionStore;
  close(): Promise<void>;
}

/** What is relied on wherever sessions of browsers are kept. */
export function sessionStoreContract(name: string, open: () => Promise<Stores>): void {
  describe(`sessions in ${name}`, () => {
    let stores: Stores;
    beforeEach(async () => {
      stores = await open();
    });
    afterEach(() => stores.close());

    const session = (id: string, changes: Partial<KeptSession> = {}): KeptSession => ({
      id,
      role: 'admin',
      name: 'Ada 🦊 \\u0007 (0042)',
      createdAtMs: 1_790_000_000_000,
      seenAtMs: 1_790_000_000_001,
      expiresAtMs: 1_790_000_000_002,
      address: '2001:db8::1',
      userAgent: "Mozilla/5.0 (X11) 'quoted' Ä",
      secretMark: 'mark',
      signOut: null,
      ...changes,
    });
    const idsOf = async (store: SessionStore): Promise<string[]> => (await store.list()).map(({ id }) => id);

    test('one is found by its hash alone, whole, in every process', async () => {
      const [hash, another] = [randomBytes(32), randomBytes(32)];
      const kept = session('ses_1', { role: 'viewer', signOut: 'sealed' });
      await stores.store.insert(hash, kept);
      await stores.store.insert(another, session('ses_2'));
      expect(await stores.other.find(hash)).toEqual(kept);
      expect(await stores.other.find(another)).toEqual(session('ses_2'));
      expect(await stores.other.find(randomBytes(32))).toBeUndefined();
    });

    test('the list begins with the one that was used last, and a use moves it there', async () => {
      for (const [id, seenAtMs] of [
        ['ses_1', 100],
        ['ses_2', 300],
        ['ses_3', 200],
      ] as const)
        await stores.store.insert(randomBytes(32), session(id, { seenAtMs }));
      expect(await idsOf(stores.other)).toEqual(['ses_2', 'ses_3', 'ses_1']);
      await stores.other.touch('ses_1', 1_790_000_000_400);
      expect(await idsOf(stores.store)).toEqual(['ses_1', 'ses_2', 'ses_3']);
      expect((await stores.store.list())[0]?.seenAtMs).toBe(1_790_000_000_400);
    });

    test('those that are named go, all at once, and no others; what is not there is no fault', async () => {
      const hashes = [randomBytes(32), randomBytes(32), randomBytes(32)];
      for (const [index, hash] of hashes.entries()) await stores.store.insert(hash, session(`ses_${index}`));
      await stores.store.remove([]);
      await stores.store.remove(['ses_0', 'ses_2', 'ses_9']);
      await stores.store.touch('ses_0', 5);
      expect(await idsOf(stores.other)).toEqual(['ses_1']);
      expect(await stores.other.find(hashes[0] ?? randomBytes(32))).toBeUndefined();
    });
  });
}
