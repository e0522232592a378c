import { defaultProjectId, noLimits } from '../journey/limits.ts';
import type { Clock } from '../kernel/clock.ts';
import { displayPrefix, hashApiKey, isWellFormedApiKey, newApiKey } from './api-key.ts';
import type { ApiKey, ApiKeyStore, FoundKey } from './api-key-store.ts';
import { type CreatedApiKey, draftKey } from './manage-keys.ts';

/**
 * - `unchanged`: keys exist, nothing was done.
 * - `created`: the first key was made; show it to the operator, once.
 * - `bootstrapped`: the operator's own key was added; `replacedHint` shows the earlier bootstrap key, which works no more.
 */
export type FirstKey =
  | { readonly kind: 'unchanged' }
  | ({ readonly kind: 'created' } & CreatedApiKey)
  | {
      readonly kind: 'bootstrapped';
      readonly record: Pick<ApiKey, 'id' | 'name'>;
      readonly replacedHint?: string;
    };

const firstKeyName = 'first';
const bootstrapKeyName = 'bootstrap';

/**
 * Sees to it, at every start, that the server can be called: by the operator's `PLANTAIN_BOOTSTRAP_KEY`, or
 * by a key made on the very first start. Once keys were made none is made here again, even when all are
 * revoked: the operator who revoked them wanted that.
 *
 * Throws Error with a plain sentence for the operator when the bootstrap key is malformed or revoked.
 */
export async function ensureFirstKey(
  store: ApiKeyStore,
  clock: Clock,
  bootstrapKey?: string,
): Promise<FirstKey> {
  if (bootstrapKey !== undefined) return ensureBootstrapKey(store, clock, bootstrapKey);
  if ((await store.count()) > 0) return { kind: 'unchanged' };
  const key = newApiKey();
  const { record } = draftKey(key, { name: firstKeyName }, clock.nowMs());
  // Another server on the same database may have been faster.
  return (await store.insert(record, hashApiKey(key), noLimits))
    ? { kind: 'created', key, record }
    : { kind: 'unchanged' };
}

async function ensureBootstrapKey(store: ApiKeyStore, clock: Clock, key: string): Promise<FirstKey> {
  if (!isWellFormedApiKey(key))
    throw new Error('PLANTAIN_BOOTSTRAP_KEY must be "sk-" followed by 48 letters or digits');
  const hash = hashApiKey(key);
  const known = await store.findByHash(hash);
  const atMs = clock.nowMs();
  if (known !== undefined) {
    const endMs = endMsOf(known);
    if (endMs > atMs) return { kind: 'unchanged' };
    // Bringing it back would undo a revocation without anybody noticing.
    throw new Error(
      `PLANTAIN_BOOTSTRAP_KEY is a key that was revoked on ${new Date(endMs).toISOString()} (${known.key.id}). Set a new key, or unset the variable.`,
    );
  }
  const live = (await store.findAll(bootstrapKeyName)).find(
    ({ projectId, revokedAtMs }) => projectId === defaultProjectId && revokedAtMs === null,
  );
  if (live === undefined) {
    const { record } = draftKey(key, { name: bootstrapKeyName }, atMs);
    if (await store.insert(record, hash, noLimits)) return { kind: 'bootstrapped', record };
    return addedMeanwhile(store, hash, atMs);
  }
  // A changed variable is a rotation: the old value stops working, as the operator expects of a replaced secret.
  const replacedHint = live.secrets.find(({ validUntilMs }) => validUntilMs === null)?.hint ?? '';
  const secret = { hint: displayPrefix(key), createdAtMs: atMs };
  if (await store.addSecret(live.id, replacedHint, secret, hash, atMs))
    return { kind: 'bootstrapped', record: live, replacedHint };
  return addedMeanwhile(store, hash, atMs);
}

/** When a secret is over: since its key was revoked, or from when on it makes way for the one it was rotated to. */
function endMsOf({ key, validUntilMs }: FoundKey): number {
  return key.revokedAtMs ?? validUntilMs ?? Number.POSITIVE_INFINITY;
}

/** Another server that starts on the same database may have added the same key. */
async function addedMeanwhile(store: ApiKeyStore, hash: Buffer, atMs: number): Promise<FirstKey> {
  const known = await store.findByHash(hash);
  if (known !== undefined && endMsOf(known) > atMs) return { kind: 'unchanged' };
  throw new Error(
    'PLANTAIN_BOOTSTRAP_KEY could not be added because the keys changed meanwhile. Start again.',
  );
}
