import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hashApiKey, newApiKey } from '../../access/api-key.ts';
import type { ApiKeyChanges } from '../../access/api-key-store.ts';
import { createAuthenticate } from '../../access/authenticate.ts';
import { ensureFirstKey } from '../../access/ensure-first-key.ts';
import { createApiKey, editApiKey, revokeApiKey, rotateApiKey } from '../../access/manage-keys.ts';
import { createProject, editProject } from '../../access/manage-projects.ts';
import { migrate } from './migrate.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { SqlApiKeyStore } from './sql-api-key-store.ts';
import { SqlProjectStore } from './sql-project-store.ts';

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
  createAuthenticate(
    store,
    clock,
  )({ authorization: `Bearer ${key}`, apiKey: undefined, clientAddress: '' }).then(
    () => true,
    () => false,
  );

test('a created key works, and neither it nor anything it could be found from is stored', async () => {
  const { key, record } = await createApiKey(store, clock, { name: 'website' });
  expect(await works(key)).toBe(true);
  expect(record).toMatchObject({
    name: 'website',
    strict: false,
    secrets: [{ hint: `${key.slice(0, 7)}…${key.slice(-4)}`, validUntilMs: null }],
    revokedAtMs: null,
  });
  expect(record.id).toMatch(/^key_/);
  const rows = await opened.db.selectFrom('key_secrets').selectAll().execute();
  expect(rows[0]?.hash).toStrictEqual(new Uint8Array(hashApiKey(key)));
  expect(JSON.stringify(rows)).not.toContain(key.slice(7, -4));
});

test('a strict key makes a strict caller', async () => {
  const { key } = await createApiKey(store, clock, { name: 'tests', strict: true });
  expect(
    await createAuthenticate(store, clock)({ authorization: undefined, apiKey: key, clientAddress: '' }),
  ).toMatchObject({
    keyName: 'tests',
    strict: true,
  });
});

test('a name is taken while its key is live, and free once it is revoked', async () => {
  await createApiKey(store, clock, { name: 'website' });
  await expect(createApiKey(store, clock, { name: 'website' })).rejects.toThrow(
    /"website" exists already.*rotate/,
  );
  await revokeApiKey(store, clock, { idOrName: 'website' });
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
  const revoked = await revokeApiKey(store, clock, { idOrName: record.id });
  expect(revoked).toStrictEqual({ ...record, revokedAtMs: nowMs });
  expect(await store.findAll(record.id)).toStrictEqual([revoked]);
  expect(await works(key)).toBe(false);
  await expect(revokeApiKey(store, clock, { idOrName: 'website' })).rejects.toThrow(/revoked already/);
});

test('a key that does not exist is named in the error, but a pasted secret is not', async () => {
  await expect(revokeApiKey(store, clock, { idOrName: 'nobody' })).rejects.toThrow(
    /no key with the name or id "nobody"/,
  );
  await expect(revokeApiKey(store, clock, { idOrName: 'desk-1' })).rejects.toThrow(/"desk-1"/);
  await expect(revokeApiKey(store, clock, { idOrName: 'x'.repeat(100) })).rejects.toThrow(/"x{64}"/);
  const secret = newApiKey();
  for (const pasted of [secret, secret.toUpperCase()])
    await expect(rotateApiKey(store, clock, { idOrName: pasted })).rejects.toThrow(
      /^(?!.*sk-)(?!.*SK-).*not the key itself/,
    );
});

test('rotation gives the same key a new secret, and the old one stops at the same moment', async () => {
  const old = await createApiKey(store, clock, { name: 'website', strict: true });
  const young = await rotateApiKey(store, clock, { idOrName: 'website' });
  expect(young.record).toMatchObject({ id: old.record.id, name: 'website', strict: true, revokedAtMs: null });
  expect(young.key).not.toBe(old.key);
  expect([await works(old.key), await works(young.key)]).toStrictEqual([false, true]);
  expect(young.record.secrets).toMatchObject([
    { hint: young.replacedHint, validUntilMs: young.replacedUntilMs },
    { validUntilMs: null },
  ]);
  expect(await store.count()).toBe(1);
});

test('an overlap leaves the old secret its time, and the next rotation can end it at once', async () => {
  const { key: first } = await createApiKey(store, clock, { name: 'website' });
  const { key: second } = await rotateApiKey(store, clock, { idOrName: 'website' }, 1000);
  expect([await works(first), await works(second)]).toStrictEqual([true, true]);
  nowMs += 1000;
  expect([await works(first), await works(second)]).toStrictEqual([false, true]);
  const { key: third } = await rotateApiKey(store, clock, { idOrName: 'website' }, 60_000);
  const { key: fourth } = await rotateApiKey(store, clock, { idOrName: 'website' });
  expect(await Promise.all([second, third, fourth].map(works))).toStrictEqual([false, false, true]);
});

test('of simultaneous rotations one wins, and one secret without an end is left', async () => {
  await createApiKey(store, clock, { name: 'website' });
  const answers = await Promise.allSettled(
    Array.from({ length: 6 }, () => rotateApiKey(store, clock, { idOrName: 'website' })),
  );
  const made = answers.filter((answer) => answer.status === 'fulfilled').map((answer) => answer.value.key);
  const working = await Promise.all(made.map(works));
  expect(working).toStrictEqual([true]);
});

test('a key expires when it is told to, is let in again when that is changed, and can be renamed', async () => {
  const { key, record } = await createApiKey(store, clock, { name: 'website', expiresAtMs: nowMs + 1000 });
  expect(await works(key)).toBe(true);
  nowMs += 1000;
  expect(await works(key)).toBe(false);
  await editApiKey(
    store,
    clock,
    { idOrName: 'website' },
    { expiresAtMs: null, name: 'shop', tags: { team: 'a' } },
  );
  expect(await works(key)).toBe(true);
  expect(await store.findAll('shop')).toMatchObject([
    { id: record.id, tags: { team: 'a' }, expiresAtMs: null },
  ]);
  await createApiKey(store, clock, { name: 'website' });
  await expect(editApiKey(store, clock, { idOrName: 'shop' }, { name: 'website' })).rejects.toThrow(
    /exists already/,
  );
  await expect(editApiKey(store, clock, { idOrName: 'shop' }, { name: 'key_1' })).rejects.toThrow(
    /not allowed/,
  );
});

test('an end is to come when a key is made or given it, and one that is over already may be left as it is', async () => {
  const isOver = /is over already/;
  await expect(createApiKey(store, clock, { name: 'late', expiresAtMs: nowMs })).rejects.toThrow(isOver);
  const end = nowMs + 1000;
  await createApiKey(store, clock, { name: 'website', expiresAtMs: end });
  nowMs += 2000;
  const edit = (changes: ApiKeyChanges) => editApiKey(store, clock, { idOrName: 'website' }, changes);
  expect(await edit({ strict: true, expiresAtMs: end })).toMatchObject({ strict: true, expiresAtMs: end });
  await expect(edit({ expiresAtMs: nowMs })).rejects.toThrow(isOver);
  expect(await edit({ expiresAtMs: end + 9000 })).toMatchObject({ expiresAtMs: end + 9000 });
});

test('two projects may have a key of one name; which is meant has to be said', async () => {
  const projects = new SqlProjectStore(opened.db);
  const { id: projectId } = await createProject(projects, clock, { name: 'shop' });
  const { record } = await createApiKey(store, clock, { name: 'website', projectId });
  await createApiKey(store, clock, { name: 'website' });
  await expect(revokeApiKey(store, clock, { idOrName: 'website' })).rejects.toThrow(/--project/);
  expect(await revokeApiKey(store, clock, { idOrName: 'website', projectId })).toMatchObject({
    id: record.id,
  });
  expect(await revokeApiKey(store, clock, { idOrName: 'website' })).toMatchObject({
    projectId: 'proj_default',
  });
});

test('an archived project lets none of its keys in, takes no new one, and gives its name free', async () => {
  const projects = new SqlProjectStore(opened.db);
  const { id: projectId } = await createProject(projects, clock, { name: 'shop' });
  const { key } = await createApiKey(store, clock, { name: 'website', projectId });
  await expect(createProject(projects, clock, { name: 'shop' })).rejects.toThrow(/exists already/);
  await editProject(projects, 'shop', { archivedAtMs: nowMs });
  expect(await works(key)).toBe(false);
  await expect(createApiKey(store, clock, { name: 'late', projectId })).rejects.toThrow();
  await expect(editProject(projects, 'shop', { name: 'x' })).rejects.toThrow(/archived/);
  expect((await createProject(projects, clock, { name: 'shop' })).id).not.toBe(projectId);
  expect(await projects.names()).toEqual((await projects.list()).map(({ id, name }) => ({ id, name })));
  expect((await projects.list()).map(({ name }) => name).toSorted()).toStrictEqual([
    'default',
    'shop',
    'shop',
  ]);
});

test('the first start makes one key to show; later starts make none, even when every key is revoked', async () => {
  const first = await ensureFirstKey(store, clock);
  expect(first.kind).toBe('created');
  expect(first.kind === 'created' && (await works(first.key))).toBe(true);
  expect(await ensureFirstKey(store, clock)).toStrictEqual({ kind: 'unchanged' });
  await revokeApiKey(store, clock, { idOrName: 'first' });
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
  expect((await store.findAll('bootstrap'))[0]?.strict).toBe(false);
  await revokeApiKey(store, clock, { idOrName: 'bootstrap' });
  await createApiKey(store, clock, { name: 'bootstrap', strict: true });
  await ensureFirstKey(store, clock, newApiKey());
  expect((await store.findAll('bootstrap'))[0]?.strict).toBe(true);
});

test('a bootstrap key that could not be added, because another process was faster, refuses the start', async () => {
  vi.spyOn(store, 'insert').mockResolvedValueOnce(false);
  vi.spyOn(store, 'addSecret').mockResolvedValueOnce(false);
  const refused = () =>
    expect(ensureFirstKey(store, clock, newApiKey())).rejects.toThrow(/could not be added.*Start again/);
  await refused();
  await ensureFirstKey(store, clock, newApiKey());
  await refused();
});

test('servers that start at once on one database make one first key, and add one bootstrap key', async () => {
  const starts = await Promise.all(Array.from({ length: 4 }, () => ensureFirstKey(store, clock)));
  expect(starts.map(({ kind }) => kind).toSorted()).toEqual([
    'created',
    'unchanged',
    'unchanged',
    'unchanged',
  ]);
  for (const key of [newApiKey(), newApiKey()]) {
    const added = await Promise.all(Array.from({ length: 4 }, () => ensureFirstKey(store, clock, key)));
    expect(added.filter(({ kind }) => kind === 'bootstrapped')).toHaveLength(1);
    expect(await works(key)).toBe(true);
  }
  expect(await store.count()).toBe(2);
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
    record: { id: before.kind === 'bootstrapped' && before.record.id },
    replacedHint: `${old.slice(0, 7)}…${old.slice(-4)}`,
  });
});

test('a revoked bootstrap key refuses the start instead of coming back to life', async () => {
  const key = newApiKey();
  await ensureFirstKey(store, clock, key);
  await revokeApiKey(store, clock, { idOrName: 'bootstrap' });
  await expect(ensureFirstKey(store, clock, key)).rejects.toThrow(
    /^PLANTAIN_BOOTSTRAP_KEY is a key that was revoked on 20.*unset the variable/,
  );
  expect(await works(key)).toBe(false);
  await ensureFirstKey(store, clock, newApiKey());
});

test('a bootstrap key that was rotated starts a server for as long as it works', async () => {
  const key = newApiKey();
  await ensureFirstKey(store, clock, key);
  await rotateApiKey(store, clock, { idOrName: 'bootstrap' }, 60_000);
  expect(await ensureFirstKey(store, clock, key)).toStrictEqual({ kind: 'unchanged' });
  nowMs += 60_000;
  await expect(ensureFirstKey(store, clock, key)).rejects.toThrow(/is a key that was revoked/);
});

test('a malformed bootstrap key refuses the start with its form, and is not repeated', async () => {
  for (const key of ['', 'sk-secret', `${newApiKey()} `, 'changeme']) {
    await expect(ensureFirstKey(store, clock, key)).rejects.toThrow(
      /^PLANTAIN_BOOTSTRAP_KEY must be "sk-" followed by 48 letters or digits$/,
    );
  }
  expect(await store.count()).toBe(0);
});
