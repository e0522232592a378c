import type { Clock } from '../kernel/clock.ts';
import { hashApiKey, isWellFormedApiKey } from './api-key.ts';
import type { ApiKeyRecord, ApiKeyStore } from './api-key-store.ts';
import { type CreatedApiKey, createApiKey, draftKey } from './manage-keys.ts';

/**
 * - `unchanged`: keys exist, nothing was done.
 * - `created`: the first key was made; show it to the operator, once.
 * - `bootstrapped`: the operator's own key was added; `replaced` is the earlier bootstrap key, now revoked.
 */
export type FirstKey =
  | { readonly kind: 'unchanged' }
  | ({ readonly kind: 'created' } & CreatedApiKey)
  | { readonly kind: 'bootstrapped'; readonly record: ApiKeyRecord; readonly replaced?: ApiKeyRecord };

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
  return { kind: 'created', ...(await createApiKey(store, clock, { name: firstKeyName })) };
}

async function ensureBootstrapKey(store: ApiKeyStore, clock: Clock, key: string): Promise<FirstKey> {
  if (!isWellFormedApiKey(key))
    throw new Error('PLANTAIN_BOOTSTRAP_KEY must be "sk-" followed by 48 letters or digits');
  const hash = hashApiKey(key);
  const known = await store.findByHash(hash);
  if (known !== undefined) {
    if (known.revokedAtMs === null) return { kind: 'unchanged' };
    // Bringing it back would undo a revocation without anybody noticing.
    throw new Error(
      `PLANTAIN_BOOTSTRAP_KEY is a key that was revoked on ${new Date(known.revokedAtMs).toISOString()} (${known.id}). Set a new key, or unset the variable.`,
    );
  }
  const atMs = clock.nowMs();
  const earlier = await store.find(bootstrapKeyName);
  const live = earlier?.revokedAtMs === null ? earlier : undefined;
  // A changed variable is a rotation: the old value stops working, as the operator expects of a replaced secret.
  const { record } = draftKey(key, bootstrapKeyName, live?.strict ?? false, atMs);
  const done =
    live === undefined ? await store.insert(record, hash) : await store.replace(live.id, record, hash, atMs);
  if (!done)
    throw new Error(
      'PLANTAIN_BOOTSTRAP_KEY could not be added because the keys changed meanwhile. Start again.',
    );
  if (live === undefined) return { kind: 'bootstrapped', record };
  return { kind: 'bootstrapped', record, replaced: { ...live, revokedAtMs: atMs, replacedBy: record.id } };
}
