import { defaultProjectId, type Limits, noLimits } from '../journey/limits.ts';
import type { Clock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { displayPrefix, hashApiKey, newApiKey } from './api-key.ts';
import type { ApiKeyChanges, ApiKeyRecord, ApiKeyStore } from './api-key-store.ts';
import { checkExpiry, checkKeySettings } from './check-key-settings.ts';

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

/** A year: an old secret that goes on for longer was not replaced. */
const mostOverlapMs = 366 * 86_400_000;

/** Makes a live key. Throws `invalid_value` or, where a live key of the project has the name, `name_taken`. */
export async function createApiKey(
  store: ApiKeyStore,
  clock: Clock,
  wish: ApiKeyWish,
): Promise<CreatedApiKey> {
  checkKeySettings(wish);
  const { limits = noLimits } = wish;
  const nowMs = clock.nowMs();
  checkExpiry(wish.expiresAtMs, nowMs);
  const created = draftKey(newApiKey(), wish, nowMs);
  if (!(await store.insert(created.record, hashApiKey(created.key), limits))) throw nameIsTaken(wish.name);
  return created;
}

/** Changes a live key at once. Throws `not_found`, `state_conflict`, `invalid_value` or `name_taken`. */
export async function editApiKey(
  store: ApiKeyStore,
  clock: Clock,
  reference: KeyReference,
  changes: ApiKeyChanges,
): Promise<ApiKeyRecord> {
  const live = await liveKey(store, reference);
  checkKeySettings(changes);
  // What was over before may stay so.
  if (changes.expiresAtMs !== live.expiresAtMs) checkExpiry(changes.expiresAtMs, clock.nowMs());
  if (!(await store.change(live.id, changes))) throw nameIsTaken(changes.name ?? live.name);
  return { ...live, ...changes };
}

/** Lets a live key end now; another end lets it work again. Throws `not_found` or `state_conflict`. */
export async function expireApiKey(
  store: ApiKeyStore,
  clock: Clock,
  reference: KeyReference,
): Promise<ApiKeyRecord> {
  const live = await liveKey(store, reference);
  const expiresAtMs = clock.nowMs();
  await store.change(live.id, { expiresAtMs });
  return { ...live, expiresAtMs };
}

/** Revokes a live key at once. Throws `not_found` or `state_conflict`. */
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
 * the same moment, since keys are mostly rotated because they leaked; `overlapMs` leaves it time. Throws `invalid_value`
 * where that is too long, and as all changes of keys do.
 */
export async function rotateApiKey(
  store: ApiKeyStore,
  clock: Clock,
  reference: KeyReference,
  overlapMs = 0,
): Promise<CreatedApiKey & { readonly replacedHint: string; readonly replacedUntilMs: number }> {
  if (overlapMs > mostOverlapMs)
    throw new PlantainError('invalid_value', 'The secret before goes on working for at most a year.', {
      param: 'overlap',
    });
  const live = await liveKey(store, reference);
  const nowMs = clock.nowMs();
  const key = newApiKey();
  const secret = { hint: displayPrefix(key), createdAtMs: nowMs };
  const replacedHint = live.secrets.find(({ validUntilMs }) => validUntilMs === null)?.hint ?? '';
  const replacedUntilMs = nowMs + overlapMs;
  if (!(await store.addSecret(live.id, replacedHint, secret, hashApiKey(key), replacedUntilMs)))
    throw new PlantainError('state_conflict', `The key "${live.name}" was changed meanwhile. Try again.`);
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
    disabledAtMs: wish.disabledAtMs ?? null,
    strict: wish.strict ?? false,
    allowedModels: wish.allowedModels ?? null,
    allowedAddresses: wish.allowedAddresses ?? null,
    tags: wish.tags ?? {},
    secrets: [{ hint: displayPrefix(key), createdAtMs, validUntilMs: null }],
  };
  return { key, record };
}

/** The live key that is meant. Throws `not_found`, or `state_conflict` when it is revoked or several have the name. */
export async function liveKey(
  store: ApiKeyStore,
  { idOrName, projectId }: KeyReference,
): Promise<ApiKeyRecord> {
  const found = (await store.findAll(idOrName)).filter(
    (key) => projectId === undefined || key.projectId === projectId,
  );
  const [first] = found;
  if (first === undefined) throw noSuchKey(idOrName);
  const [live, another] = found.filter(({ revokedAtMs }) => revokedAtMs === null);
  if (another !== undefined)
    throw new PlantainError(
      'state_conflict',
      `Several projects have a key "${first.name}". Give its id, or its project with --project.`,
    );
  if (live === undefined) throw alreadyRevoked(first.name);
  return live;
}

/** Ends one secret of a live key at once, while another goes on. Throws `not_found` or `state_conflict`. */
export async function endSecret(
  store: ApiKeyStore,
  clock: Clock,
  reference: KeyReference,
  secretIdOrHint: string,
): Promise<ApiKeyRecord> {
  const live = await liveKey(store, reference);
  const secret = live.secrets.find(
    ({ hint }) => hint === secretIdOrHint || secretIdOf(hint) === secretIdOrHint,
  );
  if (secret === undefined)
    throw new PlantainError(
      'not_found',
      `The key "${live.name}" has no such secret; its own list shows them.`,
    );
  if (secret.validUntilMs === null)
    throw new PlantainError(
      'state_conflict',
      `${secret.hint} is the secret that the key "${live.name}" works with. Give it a new one first (rotate), or revoke the key.`,
    );
  if (!(await store.endSecret(live.id, secret.hint, clock.nowMs())))
    throw new PlantainError('state_conflict', `${secret.hint} works no more already.`);
  return freshKey(store, live.id);
}

/** `sk-Ab3d…x9Yz` → `Ab3dx9Yz`: names a secret within its key. */
export function secretIdOf(hint: string): string {
  return hint.replace(/^sk-/, '').replace('…', '');
}

/** The key of that id, else the one of that name, live before revoked and young before old. Throws `not_found`. */
export async function anyKey(
  store: Pick<ApiKeyStore, 'findAll'>,
  { idOrName, projectId }: KeyReference,
): Promise<ApiKeyRecord> {
  const [found] = (await store.findAll(idOrName)).filter(
    (key) => projectId === undefined || key.projectId === projectId,
  );
  if (found === undefined) throw noSuchKey(idOrName);
  return found;
}

async function freshKey(store: ApiKeyStore, id: string): Promise<ApiKeyRecord> {
  const [key] = await store.findAll(id);
  if (key === undefined) throw new Error(`the key ${id} is gone`);
  return key;
}

function noSuchKey(idOrName: string): PlantainError {
  // A pasted secret must not come back in an error that lands in a log.
  const shown = /^sk-/i.test(idOrName)
    ? 'that name; give the name or the key_… id, not the key itself'
    : `the name or id "${idOrName.slice(0, 64)}"`;
  return new PlantainError('not_found', `There is no key with ${shown}. \`plantain keys list\` shows them.`);
}

function nameIsTaken(name: string): PlantainError {
  return new PlantainError(
    'name_taken',
    `A live key named "${name}" exists already. Choose another name, or give it a new secret with \`plantain keys rotate "${name}"\`.`,
    { param: 'name' },
  );
}

function alreadyRevoked(name: string): PlantainError {
  return new PlantainError(
    'state_conflict',
    `The key "${name}" has been revoked already. \`plantain keys create\` makes a new one.`,
  );
}
