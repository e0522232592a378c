import type { Clock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import { displayPrefix, hashApiKey, newApiKey } from './api-key.ts';
import type { ApiKeyRecord, ApiKeyStore } from './api-key-store.ts';

/** A key just made: the only moment the secret is known. */
export interface CreatedApiKey {
  /** The secret, to be shown once. */
  readonly key: string;
  readonly record: ApiKeyRecord;
}

export interface ApiKeyWish {
  readonly name: string;
  readonly strict?: boolean;
}

const nameForm = /^[\p{L}\p{N}][\p{L}\p{N} ._@:/+-]{0,63}$/u;

/** Makes a live key. Throws Error with a plain sentence for a bad name or one that a live key has. */
export async function createApiKey(
  store: ApiKeyStore,
  clock: Clock,
  wish: ApiKeyWish,
): Promise<CreatedApiKey> {
  checkName(wish.name);
  const created = draftKey(newApiKey(), wish.name, wish.strict ?? false, clock.nowMs());
  if (!(await store.insert(created.record, hashApiKey(created.key)))) {
    throw new Error(
      `A live key named "${wish.name}" exists already. Choose another name, or replace it with \`plantain keys rotate "${wish.name}"\`.`,
    );
  }
  return created;
}

/** Revokes a live key at once. Throws Error with a plain sentence when there is none to revoke. */
export async function revokeApiKey(
  store: ApiKeyStore,
  clock: Clock,
  idOrName: string,
): Promise<ApiKeyRecord> {
  const live = await liveKey(store, idOrName);
  const atMs = clock.nowMs();
  if (!(await store.revoke(live.id, atMs))) throw alreadyRevoked(live.name);
  return { ...live, revokedAtMs: atMs };
}

/**
 * Makes a new key with the old one's name and settings. The old one stops working at the same moment, since
 * keys are mostly rotated because they leaked.
 */
export async function rotateApiKey(
  store: ApiKeyStore,
  clock: Clock,
  idOrName: string,
): Promise<CreatedApiKey & { readonly replaced: ApiKeyRecord }> {
  const old = await liveKey(store, idOrName);
  const atMs = clock.nowMs();
  const created = draftKey(newApiKey(), old.name, old.strict, atMs);
  if (!(await store.replace(old.id, created.record, hashApiKey(created.key), atMs)))
    throw alreadyRevoked(old.name);
  return { ...created, replaced: { ...old, revokedAtMs: atMs, replacedBy: created.record.id } };
}

/** A new key's secret and record, not stored yet. */
export function draftKey(key: string, name: string, strict: boolean, createdAtMs: number): CreatedApiKey {
  const record = {
    id: newId('key', createdAtMs),
    name,
    hint: displayPrefix(key),
    createdAtMs,
    revokedAtMs: null,
    replacedBy: null,
    strict,
  };
  return { key, record };
}

/** Names appear in tables, logs and on the command line beside ids, and must not be taken for an id or a key. */
function checkName(name: string): void {
  if (/^(?:sk-|key_)/i.test(name)) {
    throw new Error(
      'A key is named after its user or program, such as "website". Names starting with sk- or key_ are not allowed.',
    );
  }
  if (!nameForm.test(name)) {
    throw new Error(
      'A key name has 1 to 64 letters, digits, spaces or . _ @ : / + - and starts with a letter or digit.',
    );
  }
}

async function liveKey(store: ApiKeyStore, idOrName: string): Promise<ApiKeyRecord> {
  const record = await store.find(idOrName);
  if (record === undefined) {
    // A pasted secret must not come back in an error that lands in a log.
    const shown = /^sk-/i.test(idOrName)
      ? 'that name; give the name or the key_… id, not the key itself'
      : `the name or id "${idOrName.slice(0, 64)}"`;
    throw new Error(`There is no key with ${shown}. \`plantain keys list\` shows them.`);
  }
  if (record.revokedAtMs !== null) throw alreadyRevoked(record.name);
  return record;
}

function alreadyRevoked(name: string): Error {
  return new Error(`The key "${name}" has been revoked already. \`plantain keys create\` makes a new one.`);
}
