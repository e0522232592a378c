import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hashApiKey, newApiKey } from '../../access/api-key.ts';
import { createAuthenticate } from '../../access/authenticate.ts';
import { ensureFirstKey } from '../../access/ensure-first-key.ts';
import { createApiKey, revokeApiKey, rotateApiKey } from '../../access/manage-keys.ts';
import { migrate } from './migrate.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { SqlApiKeyStore } from './sql-api-key-store.ts';

let opened: OpenDatabase;
let store: SqlApiKeyStore;
let nowMs = 1_795_000_000_000;
const clock = { nowMs: () => ++nowMs };
beforeEach(async () => {
  opened = openDatabase(':memory:');
  await migrate(opened.db);
  store = new SqlApiKeyStore(opened.db);
});
afterEach(() => opened.close());

const works = (key: string) =>
  createAuthenticate(store)({ authorization: `Bearer ${key}`, apiKey: undefined }).then(
    () => true,
    () => false,
  );

test('a created key works, and neither it nor anything it could be found from is stored', async () => {
  const { key, record } = await createApiKey(store, clock, { name: 'website' });
  expect(await works(key)).toBe(true);
  expect(record).toMatchObject({
    name: 'website',
    strict: false,
    hint: `${key.slice(0, 7)}…${key.slice(-4)}`,
    revokedAtMs: null,
  });
  expect(record.id).toMatch(/^key_/);
  const rows = await opened.db.selectFrom('api_keys').selectAll().execute();
  expect(rows[0]?.hash).toStrictEqual(new Uint8Array(hashApiKey(key)));
  expect(JSON.stringify(rows)).not.toContain(key.slice(7, -4));
});

test('a strict key makes a strict caller', async () => {
  const { key } = await createApiKey(store, clock, { name: 'tests', strict: true });
  expect(await createAuthenticate(store)({ authorization: undefined, apiKey: key })).toMatchObject({
    keyName: 'tests',
    strict: true,
  });
});

test('a name is taken while its key is live, and free once it is revoked', async () => {
  await createApiKey(store, clock, { name: 'website' });
  await expect(createApiKey(store, clock, { name: 'website' })).rejects.toThrow(
    /"website" exists already.*rotate/,
  );
  await revokeApiKey(store, clock, 'website');
  await createApiKey(store, clock, { name: 'website' });
  expect((await store.list()).map((key) => key.revokedAtMs === null)).toStrictEqual([false, true]);
});

test('names that could be taken for a key, an id or an option are refused', async () => {
  for (const name of [
    '',
    ' ',
    '-x',
    '--all',
    newApiKey(),
    'key_1',
    'SK-abc',
    'a\nb',
    'a\u001b[31m',
    `a${'b'.repeat(64)}`,
    '=cmd',
    'a\u202eb',
  ]) {
    await expect(createApiKey(store, clock, { name })).rejects.toThrow(/name/i);
  }
  for (const name of ['a', 'Web site 2', 'büro@example.org', 'team/app:prod', 'desk-lamp', 'b'.repeat(64)])
    await createApiKey(store, clock, { name });
  expect(await store.count()).toBe(6);
});

test('a revoked key stops working at once and cannot be revoked again', async () => {
  const { key, record } = await createApiKey(store, clock, { name: 'website' });
  const revoked = await revokeApiKey(store, clock, record.id);
  expect(revoked).toStrictEqual({ ...record, revokedAtMs: nowMs });
  expect(await store.find(record.id)).toStrictEqual(revoked);
  expect(await works(key)).toBe(false);
  await expect(revokeApiKey(store, clock, 'website')).rejects.toThrow(/revoked already/);
});

test('a key that does not exist is named in the error, but a pasted secret is not', async () => {
  await expect(revokeApiKey(store, clock, 'nobody')).rejects.toThrow(/no key with the name or id "nobody"/);
  await expect(revokeApiKey(store, clock, 'desk-1')).rejects.toThrow(/"desk-1"/);
  await expect(revokeApiKey(store, clock, 'x'.repeat(100))).rejects.toThrow(/"x{64}"/);
  const secret = newApiKey();
  for (const pasted of [secret, secret.toUpperCase()])
    await expect(rotateApiKey(store, clock, pasted)).rejects.toThrow(
      /^(?!.*sk-)(?!.*SK-).*not the key itself/,
    );
});

test('rotation gives a new secret under the same name and settings, and the old one stops at the same moment', async () => {
  const old = await createApiKey(store, clock, { name: 'website', strict: true });
  const young = await rotateApiKey(store, clock, 'website');
  expect(young.record).toMatchObject({ name: 'website', strict: true, revokedAtMs: null });
  expect(young.key).not.toBe(old.key);
  expect([await works(old.key), await works(young.key)]).toStrictEqual([false, true]);
  expect(young.replaced).toStrictEqual({
    ...old.record,
    revokedAtMs: young.record.createdAtMs,
    replacedBy: young.record.id,
  });
  expect(await store.find(old.record.id)).toStrictEqual(young.replaced);
  await expect(rotateApiKey(store, clock, old.record.id)).rejects.toThrow(/revoked already/);
});

test('of simultaneous rotations one wins, and one live key is left', async () => {
  await createApiKey(store, clock, { name: 'website' });
  const answers = await Promise.allSettled(
    Array.from({ length: 6 }, () => rotateApiKey(store, clock, 'website')),
  );
  const live = (await store.list()).filter((key) => key.revokedAtMs === null);
  expect(live).toHaveLength(1);
  const made = answers.filter((answer) => answer.status === 'fulfilled').map((answer) => answer.value.key);
  const working = await Promise.all(made.map(works));
  expect(working.filter(Boolean)).toHaveLength(1);
});

test('the first start makes one key to show; later starts make none, even when every key is revoked', async () => {
  const first = await ensureFirstKey(store, clock);
  expect(first.kind).toBe('created');
  expect(first.kind === 'created' && (await works(first.key))).toBe(true);
  expect(await ensureFirstKey(store, clock)).toStrictEqual({ kind: 'unchanged' });
  await revokeApiKey(store, clock, 'first');
  expect(await ensureFirstKey(store, clock)).toStrictEqual({ kind: 'unchanged' });
  expect(await store.count()).toBe(1);
});

test('a bootstrap key works from the first start, and adding it again changes nothing', async () => {
  const key = newApiKey();
  expect(await ensureFirstKey(store, clock, key)).toMatchObject({
    kind: 'bootstrapped',
    record: { name: 'bootstrap' },
  });
  expect(await works(key)).toBe(true);
  expect(await ensureFirstKey(store, clock, key)).toStrictEqual({ kind: 'unchanged' });
  expect(await store.count()).toBe(1);
});

test('a bootstrap key is not strict, unless the one it takes the place of was', async () => {
  await ensureFirstKey(store, clock, newApiKey());
  expect((await store.find('bootstrap'))?.strict).toBe(false);
  await revokeApiKey(store, clock, 'bootstrap');
  await createApiKey(store, clock, { name: 'bootstrap', strict: true });
  await ensureFirstKey(store, clock, newApiKey());
  expect((await store.find('bootstrap'))?.strict).toBe(true);
});

test('a bootstrap key that could not be added, because another process was faster, refuses the start', async () => {
  vi.spyOn(store, 'insert').mockResolvedValueOnce(false);
  vi.spyOn(store, 'replace').mockResolvedValueOnce(false);
  const refused = () =>
    expect(ensureFirstKey(store, clock, newApiKey())).rejects.toThrow(/could not be added.*Start again/);
  await refused();
  await ensureFirstKey(store, clock, newApiKey());
  await refused();
});

test('a bootstrap key is added beside keys that exist', async () => {
  const { key } = await createApiKey(store, clock, { name: 'website' });
  const bootstrap = newApiKey();
  await ensureFirstKey(store, clock, bootstrap);
  expect([await works(key), await works(bootstrap)]).toStrictEqual([true, true]);
});

test('a changed bootstrap key takes the place of the earlier one', async () => {
  const [old, young] = [newApiKey(), newApiKey()];
  const before = await ensureFirstKey(store, clock, old);
  const after = await ensureFirstKey(store, clock, young);
  expect([await works(old), await works(young)]).toStrictEqual([false, true]);
  expect(after).toMatchObject({
    kind: 'bootstrapped',
    replaced: { id: before.kind === 'bootstrapped' && before.record.id },
  });
});

test('a revoked bootstrap key refuses the start instead of coming back to life', async () => {
  const key = newApiKey();
  await ensureFirstKey(store, clock, key);
  await revokeApiKey(store, clock, 'bootstrap');
  await expect(ensureFirstKey(store, clock, key)).rejects.toThrow(
    /^PLANTAIN_BOOTSTRAP_KEY is a key that was revoked on 20.*unset the variable/,
  );
  expect(await works(key)).toBe(false);
  await ensureFirstKey(store, clock, newApiKey());
});

test('a malformed bootstrap key refuses the start with its form, and is not repeated', async () => {
  for (const key of ['', 'sk-secret', `${newApiKey()} `, 'changeme']) {
    await expect(ensureFirstKey(store, clock, key)).rejects.toThrow(
      /^PLANTAIN_BOOTSTRAP_KEY must be "sk-" followed by 48 letters or digits$/,
    );
  }
  expect(await store.count()).toBe(0);
});
