import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashApiKey, newApiKey } from '../../src/access/api-key.ts';
import { noLimits } from '../../src/journey/limits.ts';
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
    const idOf = async (name: string): Promise<string> => (await store.findAll(name))[0]?.id ?? '';

    test('a key is found by the hash of its secret, with every field as it was stored', async () => {
      const key = newApiKey();
      const plain = record('website');
      const strict = record('tests', {
        strict: true,
        createdAtMs: 1_795_000_000_123,
        expiresAtMs: 1_795_000_000_124,
        allowedModels: ['a', 'b'],
        allowedAddresses: ['10.0.0.0/8'],
        tags: { team: 'ü' },
      });
      expect(await store.insert(plain, hashApiKey(key), noLimits)).toBe(true);
      expect(await store.insert(strict, randomBytes(32), noLimits)).toBe(true);
      const { secrets: _secrets, ...identity } = plain;
      expect(await other.findByHash(hashApiKey(key))).toStrictEqual({
        key: identity,
        validUntilMs: null,
        archivedAtMs: null,
      });
      expect(await other.findById(plain.id)).toStrictEqual({
        key: identity,
        validUntilMs: null,
        archivedAtMs: null,
      });
      expect(await other.findById(strict.name)).toBeUndefined();
      expect(await other.findAll(strict.id)).toStrictEqual([strict]);
      expect(await store.findByHash(hashApiKey(newApiKey()))).toBeUndefined();
    });

    test('a second live key of the same name is not added, and changes nothing', async () => {
      const first = record('website');
      await store.insert(first, randomBytes(32), noLimits);
      expect(await other.insert(record('website'), randomBytes(32), noLimits)).toBe(false);
      expect(await store.list()).toStrictEqual([first]);
    });

    test('one secret belongs to one key, also after that key was revoked', async () => {
      const hash = randomBytes(32);
      await store.insert(record('one'), hash, noLimits);
      expect(await store.insert(record('two'), hash, noLimits)).toBe(false);
      await store.revoke(await idOf('one'), 9000);
      expect(await store.insert(record('two'), hash, noLimits)).toBe(false);
      expect((await store.findByHash(hash))?.key.name).toBe('one');
    });

    test('of twenty simultaneous keys of one name exactly one is added', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? store : other).insert(record('same'), randomBytes(32), noLimits),
        ),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await store.count()).toBe(1);
    });

    test('a revoked key stays known, keeps its moment, and is revoked once', async () => {
      const hash = randomBytes(32);
      const key = record('website');
      await store.insert(key, hash, noLimits);
      expect(await store.revoke(key.id, 7000)).toBe(true);
      expect(await other.revoke(key.id, 8000)).toBe(false);
      expect(await store.findAll(key.id)).toStrictEqual([{ ...key, revokedAtMs: 7000 }]);
      expect((await store.findByHash(hash))?.key.revokedAtMs).toBe(7000);
      expect(await store.change(key.id, { name: 'x' })).toBe(false);
      expect(await store.count()).toBe(1);
    });

    test('revoking touches no other key', async () => {
      const kept = record('kept');
      await store.insert(kept, randomBytes(32), noLimits);
      await store.insert(record('gone'), randomBytes(32), noLimits);
      await store.revoke('gone', 7000);
      expect(await store.revoke('never-was', 7000)).toBe(false);
      expect(await store.findAll('kept')).toStrictEqual([kept]);
    });

    test('of one name the live key comes first, then the youngest', async () => {
      const old = record('website', { createdAtMs: 1000 });
      const young = record('website', { createdAtMs: 2000 });
      await store.insert(old, randomBytes(32), noLimits);
      await store.revoke(old.id, 1500);
      await store.insert(young, randomBytes(32), noLimits);
      const ids = async () => (await store.findAll('website')).map(({ id }) => id);
      expect(await ids()).toStrictEqual([young.id, old.id]);
      await store.revoke(young.id, 2500);
      const third = record('website', { createdAtMs: 500 });
      await store.insert(third, randomBytes(32), noLimits);
      expect(await ids()).toStrictEqual([third.id, young.id, old.id]);
      expect((await store.findAll(old.id)).map(({ id }) => id)).toStrictEqual([old.id]);
      expect(await store.findAll('other')).toStrictEqual([]);
    });

    test('the list shows every key, oldest first', async () => {
      await store.insert(record('second', { createdAtMs: 2000 }), randomBytes(32), noLimits);
      await store.insert(record('first', { createdAtMs: 1000 }), randomBytes(32), noLimits);
      await store.revoke(await idOf('first'), 3000);
      expect((await store.list()).map((key) => key.name)).toStrictEqual(['first', 'second']);
      const named = (await store.list()).map(({ id, name }) => ({ id, name }));
      expect(await store.names()).toEqual(named);
    });

    test('a key with one more secret is the same key, and its other secrets end', async () => {
      const key = record('website');
      const hashes = [randomBytes(32), randomBytes(32), randomBytes(32)] as const;
      await store.insert(key, hashes[0], noLimits);
      const add = (replaced: string, index: 1 | 2, untilMs: number) =>
        store.addSecret(
          key.id,
          replaced,
          { hint: `h${index}`, createdAtMs: 2000 + index },
          hashes[index],
          untilMs,
        );
      expect(await add(key.secrets[0]?.hint ?? '', 1, 9000)).toBe(true);
      expect(await add('h1', 2, 8000)).toBe(true);
      const [changed] = await other.findAll(key.id);
      expect(changed).toStrictEqual({
        ...key,
        secrets: [
          { ...key.secrets[0], validUntilMs: 8000 },
          { hint: 'h1', createdAtMs: 2001, validUntilMs: 8000 },
          { hint: 'h2', createdAtMs: 2002, validUntilMs: null },
        ],
      });
      expect((await other.findByHash(hashes[0]))?.validUntilMs).toBe(8000);
      expect((await other.findByHash(hashes[2]))?.validUntilMs).toBeNull();
      expect((await other.findByHash(hashes[1]))?.key.id).toBe(key.id);
    });

    test('a secret that ended before the others do keeps its end', async () => {
      const key = record('website');
      const hash = randomBytes(32);
      await store.insert(key, hash, noLimits);
      await store.addSecret(
        key.id,
        key.secrets[0]?.hint ?? '',
        { hint: 'h1', createdAtMs: 2 },
        randomBytes(32),
        10,
      );
      await store.addSecret(key.id, 'h1', { hint: 'h2', createdAtMs: 3 }, randomBytes(32), 5000);
      expect((await store.findByHash(hash))?.validUntilMs).toBe(10);
    });

    test('a secret is added to a live key alone, in the place of the one that was meant, and belongs to no other', async () => {
      const key = record('website');
      const taken = randomBytes(32);
      await store.insert(key, randomBytes(32), noLimits);
      await store.insert(record('holder'), taken, noLimits);
      const hint = key.secrets[0]?.hint ?? '';
      const add = (id: string, replaced: string, hash: Buffer) =>
        store.addSecret(id, replaced, { hint: 'h1', createdAtMs: 2 }, hash, 5000);
      expect(await add(key.id, hint, taken)).toBe(false);
      expect(await add(key.id, 'another', randomBytes(32))).toBe(false);
      expect(await add('key_unknown', hint, randomBytes(32))).toBe(false);
      expect(await store.findAll(key.id)).toStrictEqual([key]);
      await store.revoke(key.id, 1);
      expect(await add(key.id, hint, randomBytes(32))).toBe(false);
      expect(await store.findAll(key.id)).toStrictEqual([{ ...key, revokedAtMs: 1 }]);
    });

    test('one secret is replaced once, however many try at the same time', async () => {
      const key = record('website');
      await store.insert(key, randomBytes(32), noLimits);
      const hint = key.secrets[0]?.hint ?? '';
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 === 0 ? store : other).addSecret(
            key.id,
            hint,
            { hint: `h${index}`, createdAtMs: 2 },
            randomBytes(32),
            5000,
          ),
        ),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
      const [changed] = await store.findAll(key.id);
      expect(changed?.secrets.filter(({ validUntilMs }) => validUntilMs === null)).toHaveLength(1);
    });

    test('a change touches what it names, and takes no name that a live key of the project has', async () => {
      const key = record('website', { expiresAtMs: 5 });
      await store.insert(key, randomBytes(32), noLimits);
      await store.insert(record('holder'), randomBytes(32), noLimits);
      expect(await store.change(key.id, { name: 'shop', tags: { a: 'b' } })).toBe(true);
      expect(await other.findAll(key.id)).toStrictEqual([{ ...key, name: 'shop', tags: { a: 'b' } }]);
      expect(await store.change(key.id, { name: 'holder', strict: true })).toBe(false);
      expect(await store.change(key.id, { expiresAtMs: null, allowedModels: [], strict: true })).toBe(true);
      expect(await store.change('key_unknown', { strict: true })).toBe(false);
      expect(await other.findAll(key.id)).toStrictEqual([
        { ...key, name: 'shop', tags: { a: 'b' }, expiresAtMs: null, allowedModels: [], strict: true },
      ]);
    });

    test('a key of a project that is not there is not added', async () => {
      expect(
        await store.insert(record('website', { projectId: 'proj_none' }), randomBytes(32), noLimits),
      ).toBe(false);
      expect(await store.count()).toBe(0);
    });

    test('names and ids are data, whatever characters they have', async () => {
      const odd = `x'); drop table api_keys; -- " \\ % _ ü 🍌`;
      const key = record(odd);
      await store.insert(key, randomBytes(32), noLimits);
      expect(await store.findAll(odd)).toStrictEqual([key]);
      expect(await store.findAll('%')).toStrictEqual([]);
      expect(await store.findAll("' or 1=1 --")).toStrictEqual([]);
    });
  });
}

let made = 0;

function record(name: string, fields: Partial<ApiKeyRecord> = {}): ApiKeyRecord {
  made++;
  const createdAtMs = fields.createdAtMs ?? 1000 + made;
  return {
    id: `key_${String(made).padStart(6, '0')}`,
    projectId: 'proj_default',
    name,
    createdAtMs,
    expiresAtMs: null,
    revokedAtMs: null,
    disabledAtMs: null,
    strict: false,
    allowedModels: null,
    allowedAddresses: null,
    tags: {},
    secrets: [{ hint: 'sk-Ab3d…x9Yz', createdAtMs, validUntilMs: null }],
    ...fields,
  };
}
