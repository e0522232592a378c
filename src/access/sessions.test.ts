import { beforeEach, expect, test, vi } from 'vitest';
import type { KeptSession, SessionStore } from './session-store.ts';
import { Sessions } from './sessions.ts';

const minuteMs = 60_000;
let nowMs: number;
let secrets: { admin: string; viewer: string | undefined };
let provider: string | undefined;
let kept: Map<string, KeptSession>;
let store: SessionStore;
let sessions: Sessions;
beforeEach(() => {
  nowMs = 1_000_000_000;
  secrets = { admin: 'one', viewer: 'two' };
  provider = undefined;
  kept = new Map();
  store = {
    insert: async (hash, session) => void kept.set(hash.toString('hex'), session),
    find: async (hash) => kept.get(hash.toString('hex')),
    list: async () => [...kept.values()].toSorted((a, b) => b.seenAtMs - a.seenAtMs),
    touch: async (id, seenAtMs) => {
      for (const [hash, session] of kept) if (session.id === id) kept.set(hash, { ...session, seenAtMs });
    },
    remove: async (ids) => {
      for (const [hash, session] of kept) if (ids.includes(session.id)) kept.delete(hash);
    },
  };
  sessions = new Sessions({
    store,
    clock: { nowMs: () => nowMs },
    groundsOf: (role) => [secrets[role], provider].filter((ground) => ground !== undefined),
  });
});

const open = (role: 'admin' | 'viewer' = 'admin') =>
  sessions.open({
    role,
    name: `${role} secret`,
    address: '127.0.0.1',
    userAgent: 'test',
    ground: secrets[role] ?? '',
  });
const isThere = async (token: string, isBackground = false): Promise<boolean> =>
  (await sessions.find(token, isBackground)) !== undefined;

test('what is kept does not open a session, and two sessions have nothing in common', async () => {
  const [first, second] = [await open(), await open()];
  const text = JSON.stringify([...kept]);
  for (const { token, operator } of [first, second]) {
    expect(text).not.toContain(token);
    expect(text).not.toContain(operator.session?.csrf);
    expect(await sessions.find(token, false)).toEqual(operator);
  }
  expect(first.token).not.toBe(second.token);
  expect(first.operator.session?.csrf).not.toBe(second.operator.session?.csrf);
  expect(await isThere('a'.repeat(43))).toBe(false);
  expect(await isThere('')).toBe(false);
});

test('a session ends half an hour after its last use; what a page asks by itself is no use', async () => {
  const { token } = await open();
  for (let use = 0; use < 3; use++) {
    nowMs += 29 * minuteMs;
    expect(await isThere(token)).toBe(true);
  }
  nowMs += 20 * minuteMs;
  expect(await isThere(token, true)).toBe(true);
  nowMs += 10 * minuteMs;
  expect(await isThere(token)).toBe(false);
  expect(kept.size).toBe(0);
});

test('and twelve hours after its beginning, however much it is used', async () => {
  const { token } = await open();
  for (let at = 0; at < 12 * 60 - 20; at += 20) {
    nowMs += 20 * minuteMs;
    expect(await isThere(token)).toBe(true);
  }
  nowMs += 20 * minuteMs;
  expect(await isThere(token)).toBe(false);
});

test('it ends when the secret it was opened with changes, and when there is none any more', async () => {
  const [admin, viewer] = [await open('admin'), await open('viewer')];
  secrets = { admin: 'new', viewer: 'two' };
  expect([await isThere(admin.token), await isThere(viewer.token)]).toEqual([false, true]);
  secrets = { admin: 'new', viewer: undefined };
  expect(await isThere(viewer.token)).toBe(false);
});

test('opened by an identity provider it stands for as long as the same is agreed with it, whatever the secret is', async () => {
  provider = 'issuer, client and roles';
  const { token } = await sessions.open({
    role: 'viewer',
    name: 'ada (1)',
    address: '',
    userAgent: '',
    ground: provider,
    signOut: 'sealed',
  });
  secrets = { admin: 'new', viewer: undefined };
  expect(await isThere(token)).toBe(true);
  expect((await sessions.list())[0]?.signOut).toBe('sealed');
  provider = 'issuer, client and other roles';
  expect(await isThere(token)).toBe(false);
});

test('there are at most a hundred; the one that was used longest ago makes room', async () => {
  const first = await open();
  const second = await open();
  nowMs += 2 * minuteMs;
  expect(await isThere(first.token)).toBe(true);
  for (let more = 0; more < 99; more++) await open();
  expect(kept.size).toBe(100);
  expect([await isThere(first.token), await isThere(second.token)]).toEqual([true, false]);
});

test('what a browser says of itself is kept as far as it tells it apart', async () => {
  await sessions.open({
    role: 'admin',
    name: 'admin secret',
    address: 'a'.repeat(100),
    userAgent: 'u'.repeat(300),
    ground: 'one',
  });
  const [session] = await sessions.list();
  expect([session?.address.length, session?.userAgent.length]).toEqual([64, 200]);
  expect(session?.signOut).toBeNull();
});

test('ending all tells which they were, and reads the list of them once', async () => {
  const opened = [await open(), await open('viewer')];
  const list = vi.spyOn(store, 'list');
  expect(await sessions.end('ses_other')).toEqual([]);
  const ended = await sessions.end();
  expect(new Set(ended.map(({ id }) => id))).toEqual(new Set(opened.map((one) => one.operator.session?.id)));
  expect([kept.size, list.mock.calls.length, await sessions.end()]).toEqual([0, 2, []]);
});

test('signing out ends it, and the list has those that are not over', async () => {
  const { token, operator } = await open();
  await open('viewer');
  expect((await sessions.list()).map(({ role }) => role).toSorted()).toEqual(['admin', 'viewer']);
  await sessions.end(operator.session?.id ?? '');
  expect(await isThere(token)).toBe(false);
  nowMs += 31 * minuteMs;
  expect(await sessions.list()).toEqual([]);
});
