import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashApiKey, newApiKey } from '../../src/access/api-key.ts';
import type { ApiKeyRecord, ApiKeyStore } from '../../src/access/api-key-store.ts';

/** An empty store, and another connection to the same data. */
export interface ApiKeyStoreUnderTest {
  readonly store: ApiKeyStore;
  readonly other: ApiKeyStore;
  close(): Promise<void>;
}

/** What every `ApiKeyStore` must do, registered as tests for one adapter. */
export function apiKeyStoreContract(adapter: string, openEmpty: () => Promise<ApiKeyStoreUnderTest>): void {
  describe(`api key store on ${adapter}`, () => {
    let store: ApiKeyStore;
    let other: ApiKeyStore;
    let close: () => Promise<void>;

    beforeEach(async () => {
      const opened = await openEmpty();
      store = opened.store;
      other = opened.other;
      close = () => opened.close();
    });
    afterEach(() => close());

    test('a key is found by the hash of its secret, with every field as it was stored', async () => {
      const key = newApiKey();
      const plain = record('website');
      const strict = record('tests', { strict: true, createdAtMs: 1_795_000_000_123 });
      expect(await store.insert(plain, hashApiKey(key))).toBe(true);
      expect(await store.insert(strict, randomBytes(32))).toBe(true);
      expect(await other.findByHash(hashApiKey(key))).toStrictEqual(plain);
      expect(await other.find(strict.id)).toStrictEqual(strict);
      expect(await store.findByHash(hashApiKey(newApiKey()))).toBeUndefined();
    });

    test('a second live key of the same name is not added, and changes nothing', async () => {
      const first = record('website');
      await store.insert(first, randomBytes(32));
      expect(await other.insert(record('website'), randomBytes(32))).toBe(false);
      expect(await store.list()).toStrictEqual([first]);
    });

    test('one secret belongs to one key, also after that key was revoked', async () => {
      const hash = randomBytes(32);
      await store.insert(record('one'), hash);
      expect(await store.insert(record('two'), hash)).toBe(false);
      await store.revoke('one', 9000);
      expect(await store.insert(record('two'), hash)).toBe(false);
      expect((await store.findByHash(hash))?.name).toBe('one');
    });

    test('of twenty simultaneous keys of one name exactly one is added', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? store : other).insert(record('same'), randomBytes(32)),
        ),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await store.count()).toBe(1);
    });

    test('a revoked key stays known, keeps its moment, and is revoked once', async () => {
      const hash = randomBytes(32);
      const key = record('website');
      await store.insert(key, hash);
      expect(await store.revoke('website', 7000)).toBe(true);
      expect(await other.revoke(key.id, 8000)).toBe(false);
      expect(await store.findByHash(hash)).toStrictEqual({ ...key, revokedAtMs: 7000 });
      expect(await store.count()).toBe(1);
    });

    test('revoking touches no other key', async () => {
      const kept = record('kept');
      await store.insert(kept, randomBytes(32));
      await store.insert(record('gone'), randomBytes(32));
      await store.revoke('gone', 7000);
      expect(await store.revoke('never-was', 7000)).toBe(false);
      expect(await store.find('kept')).toStrictEqual(kept);
    });

    test('a name means the live key, and the youngest revoked one when none is live', async () => {
      const old = record('website', { createdAtMs: 1000 });
      const young = record('website', { createdAtMs: 2000 });
      await store.insert(old, randomBytes(32));
      await store.revoke(old.id, 1500);
      await store.insert(young, randomBytes(32));
      expect((await store.find('website'))?.id).toBe(young.id);
      await store.revoke('website', 2500);
      expect((await store.find('website'))?.id).toBe(young.id);
      const third = record('website', { createdAtMs: 500 });
      await store.insert(third, randomBytes(32));
      expect((await store.find('website'))?.id).toBe(third.id);
      expect((await store.find(old.id))?.id).toBe(old.id);
      expect(await store.find('other')).toBeUndefined();
    });

    test('the list shows every key, oldest first', async () => {
      await store.insert(record('second', { createdAtMs: 2000 }), randomBytes(32));
      await store.insert(record('first', { createdAtMs: 1000 }), randomBytes(32));
      await store.revoke('first', 3000);
      expect((await store.list()).map((key) => key.name)).toStrictEqual(['first', 'second']);
    });

    test('replacing revokes the old key and adds the new one under the same name', async () => {
      const old = record('website');
      const young = record('website');
      const hash = randomBytes(32);
      await store.insert(old, randomBytes(32));
      expect(await store.replace(old.id, young, hash, 5000)).toBe(true);
      expect(await other.find(old.id)).toStrictEqual({ ...old, revokedAtMs: 5000, replacedBy: young.id });
      expect(await other.findByHash(hash)).toStrictEqual(young);
      expect((await other.find('website'))?.id).toBe(young.id);
    });

    test('a replacement that collides leaves the old key live', async () => {
      const old = record('website');
      const hash = randomBytes(32);
      await store.insert(old, randomBytes(32));
      await store.insert(record('holder'), hash);
      expect(await store.replace(old.id, record('website'), hash, 5000)).toBe(false);
      expect(await store.find(old.id)).toStrictEqual(old);
      expect(await store.count()).toBe(2);
    });

    test('a key is replaced once, however many try at the same time', async () => {
      const old = record('website');
      await store.insert(old, randomBytes(32));
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => store.replace(old.id, record('website'), randomBytes(32), 5000)),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await store.count()).toBe(2);
      expect(await store.replace('key_unknown', record('x'), randomBytes(32), 5000)).toBe(false);
      expect(await store.count()).toBe(2);
    });

    test('names and ids are data, whatever characters they have', async () => {
      const odd = `x'); drop table api_keys; -- " \\ % _ ü 🍌`;
      const key = record(odd);
      await store.insert(key, randomBytes(32));
      expect(await store.find(odd)).toStrictEqual(key);
      expect(await store.find('%')).toBeUndefined();
      expect(await store.find("' or 1=1 --")).toBeUndefined();
    });
  });
}

let made = 0;

function record(name: string, fields: Partial<ApiKeyRecord> = {}): ApiKeyRecord {
  made++;
  return {
    id: `key_${String(made).padStart(6, '0')}`,
    name,
    hint: 'sk-Ab3d…x9Yz',
    createdAtMs: 1000 + made,
    revokedAtMs: null,
    replacedBy: null,
    strict: false,
    ...fields,
  };
}
