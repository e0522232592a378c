import { defaultProjectId, type Limits, noLimits } from '../journey/limits.ts';
import type { Clock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import { displayPrefix, hashApiKey, newApiKey } from './api-key.ts';
import type { ApiKeyChanges, ApiKeyRecord, ApiKeyStore } from './api-key-store.ts';
import { checkName } from './check-name.ts';

/** A key with a secret just made: the only moment it is known. */
export interface CreatedApiKey {
  /** The secret, to be shown once. */
  readonly key: string;
  readonly record: ApiKeyRecord;
}

export interface ApiKeyWish extends Omit<ApiKeyChanges, 'name'> {
  readonly name: string;
  readonly projectId?: string;
  readonly limits?: Limits;
}

/** A key by id or by name; by name, `projectId` tells it from those of other projects. */
export interface KeyReference {
  readonly idOrName: string;
  readonly projectId?: string | undefined;
}

/** Makes a live key. Throws Error with a plain sentence for a bad name or one that a live key of the project has. */
export async function createApiKey(
  store: ApiKeyStore,
  clock: Clock,
  wish: ApiKeyWish,
): Promise<CreatedApiKey> {
  checkName('key', wish.name);
  const { limits = noLimits } = wish;
  const created = draftKey(newApiKey(), wish, clock.nowMs());
  if (!(await store.insert(created.record, hashApiKey(created.key), limits))) throw nameIsTaken(wish.name);
  return created;
}

/** Changes a live key at once. Throws Error with a plain sentence when there is none, or its new name is taken. */
export async function editApiKey(
  store: ApiKeyStore,
  reference: KeyReference,
  changes: ApiKeyChanges,
): Promise<ApiKeyRecord> {
  const live = await liveKey(store, reference);
  if (changes.name !== undefined) checkName('key', changes.name);
  if (!(await store.change(live.id, changes))) throw nameIsTaken(changes.name ?? live.name);
  return { ...live, ...changes };
}

/** Revokes a live key at once. Throws Error with a plain sentence when there is none to revoke. */
export async function revokeApiKey(
  store: ApiKeyStore,
  clock: Clock,
  reference: KeyReference,
): Promise<ApiKeyRecord> {
  const live = await liveKey(store, reference);
  const atMs = clock.nowMs();
  if (!(await store.revoke(live.id, atMs))) throw alreadyRevoked(live.name);
  return { ...live, revokedAtMs: atMs };
}

/**
 * Gives a key a new secret; its id, name, settings, limits and what it has used stay. The old secret stops working at
 * the same moment, since keys are mostly rotated because they leaked; `overlapMs` leaves it time.
 */
export async function rotateApiKey(
  store: ApiKeyStore,
  clock: Clock,
  reference: KeyReference,
  overlapMs = 0,
): Promise<CreatedApiKey & { readonly replacedHint: string; readonly replacedUntilMs: number }> {
  const live = await liveKey(store, reference);
  const nowMs = clock.nowMs();
  const key = newApiKey();
  const secret = { hint: displayPrefix(key), createdAtMs: nowMs };
  const replacedHint = live.secrets.find(({ validUntilMs }) => validUntilMs === null)?.hint ?? '';
  const replacedUntilMs = nowMs + overlapMs;
  if (!(await store.addSecret(live.id, replacedHint, secret, hashApiKey(key), replacedUntilMs)))
    throw new Error(`The key "${live.name}" was changed meanwhile. Try again.`);
  return { key, record: await freshKey(store, live.id), replacedHint, replacedUntilMs };
}

/** A new key's secret and record, not stored yet. */
export function draftKey(key: string, wish: ApiKeyWish, createdAtMs: number): CreatedApiKey {
  const record = {
    id: newId('key', createdAtMs),
    projectId: wish.projectId ?? defaultProjectId,
    name: wish.name,
    createdAtMs,
    expiresAtMs: wish.expiresAtMs ?? null,
    revokedAtMs: null,
    strict: wish.strict ?? false,
    allowedModels: wish.allowedModels ?? null,
    allowedAddresses: wish.allowedAddresses ?? null,
    tags: wish.tags ?? {},
    secrets: [{ hint: displayPrefix(key), createdAtMs, validUntilMs: null }],
  };
  return { key, record };
}

/** The live key that is meant. Throws Error with a plain sentence when there is none, or several have the name. */
export async function liveKey(
  store: ApiKeyStore,
  { idOrName, projectId }: KeyReference,
): Promise<ApiKeyRecord> {
  const found = (await store.findAll(idOrName)).filter(
    (key) => projectId === undefined || key.projectId === projectId,
  );
  const [first] = found;
  if (first === undefined) {
    // A pasted secret must not come back in an error that lands in a log.
    const shown = /^sk-/i.test(idOrName)
      ? 'that name; give the name or the key_… id, not the key itself'
      : `the name or id "${idOrName.slice(0, 64)}"`;
    throw new Error(`There is no key with ${shown}. \`plantain keys list\` shows them.`);
  }
  const [live, another] = found.filter(({ revokedAtMs }) => revokedAtMs === null);
  if (another !== undefined)
    throw new Error(
      `Several projects have a key "${first.name}". Give its id, or its project with --project.`,
    );
  if (live === undefined) throw alreadyRevoked(first.name);
  return live;
}

async function freshKey(store: ApiKeyStore, id: string): Promise<ApiKeyRecord> {
  const [key] = await store.findAll(id);
  if (key === undefined) throw new Error(`the key ${id} is gone`);
  return key;
}

function nameIsTaken(name: string): Error {
  return new Error(
    `A live key named "${name}" exists already. Choose another name, or give it a new secret with \`plantain keys rotate "${name}"\`.`,
  );
}

function alreadyRevoked(name: string): Error {
  return new Error(`The key "${name}" has been revoked already. \`plantain keys create\` makes a new one.`);
}
