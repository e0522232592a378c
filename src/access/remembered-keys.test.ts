import { beforeEach, expect, test } from 'vitest';
import type { FoundKey } from './api-key-store.ts';
import { hashApiKey, newApiKey } from './api-key.ts';
import { RememberedKeys } from './remembered-keys.ts';

const hash = hashApiKey(newApiKey());
let nowMs: number;
let stored: FoundKey | undefined;
let lookups: number;
let changes: number;
let keys: RememberedKeys;

beforeEach(() => {
  nowMs = 1_795_000_000_000;
  lookups = 0;
  changes = 0;
  stored = { key: { id: 'key_1' } as FoundKey['key'], validUntilMs: null, archivedAtMs: null };
  const findByHash = async (): Promise<FoundKey | undefined> => {
    lookups++;
    return stored;
  };
  keys = new RememberedKeys({ findByHash }, { nowMs: () => nowMs }, () => changes);
});

test('a key is looked up once a second, and what became of it counts from the next second on', async () => {
  const first = await keys.findByHash(hash);
  expect(await keys.findByHash(hash)).toBe(first);
  stored = { ...stored, validUntilMs: 7 } as FoundKey;
  nowMs += 999;
  expect(await keys.findByHash(hash)).toBe(first);
  expect(lookups).toBe(1);
  nowMs += 1;
  expect(await keys.findByHash(hash)).toBe(stored);
  expect(lookups).toBe(2);
});

test('a key that this process changed is looked up at once', async () => {
  await keys.findByHash(hash);
  changes++;
  await keys.findByHash(hash);
  expect(lookups).toBe(2);
});

test('a clock that goes back makes no key last longer', async () => {
  await keys.findByHash(hash);
  nowMs -= 3_600_000;
  await keys.findByHash(hash);
  expect(lookups).toBe(2);
});

test('a key that is unknown works as soon as it is made', async () => {
  const made = stored;
  stored = undefined;
  expect(await keys.findByHash(hash)).toBeUndefined();
  stored = made;
  expect(await keys.findByHash(hash)).toBe(made);
});

test('an answer that took longer than a second is not remembered', async () => {
  const late = Promise.withResolvers<FoundKey | undefined>();
  const slow = new RememberedKeys({ findByHash: () => late.promise }, { nowMs: () => nowMs }, () => changes);
  const [first, second] = [slow.findByHash(hash), ((nowMs += 1000), slow.findByHash(hash))];
  late.resolve(stored);
  await first;
  expect(await second).toBe(stored);
  expect(lookups).toBe(0);
});

test('however many keys come in a second, no more than ten thousand are remembered', async () => {
  const hashes = Array.from({ length: 10_001 }, (_, number) => hashApiKey(String(number)));
  for (const one of hashes) await keys.findByHash(one);
  await keys.findByHash(hashes[0] ?? hash);
  expect(lookups).toBe(10_002);
});
