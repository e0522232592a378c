import type { Clock } from '../kernel/clock.ts';
import { ClaimEntry } from './claim-entry.ts';
import type { ClaimStore, OrderRecords } from './claim-store.ts';
import { type RetryIndex, retryWindowMs } from './retry-index.ts';

export interface RecoverOptions {
  readonly store: ClaimStore;
  readonly retries: RetryIndex;
  readonly ledger: OrderRecords;
  readonly clock: Clock;
  readonly keepMs: number;
}

/** As `closeLostClaims`, and remembers those that ended. To be done once, before the first order. */
export async function recoverClaims(options: RecoverOptions): Promise<number> {
  const unknown = await closeLostClaims(options);
  // What expires so soon had its client there when it ended.
  for (const ended of await options.store.withoutKey())
    options.retries.add(ClaimEntry.of(ended, ended.expiresAtMs - ended.endedAtMs <= retryWindowMs));
  return unknown;
}

/**
 * Closes the claims that a run which has ended left open, when the ledger has closed its orders. An order that cost
 * nothing may be made again; of the others nobody knows what they brought, and whoever asks is told so. Answers how many
 * those are.
 */
export async function closeLostClaims({
  store,
  ledger,
  clock,
  keepMs,
}: Omit<RecoverOptions, 'retries'>): Promise<number> {
  const nowMs = clock.nowMs();
  let unknown = 0;
  for (const { id } of await store.leftOpen()) {
    const record = await ledger.find(id);
    // Another server is about to close it, or its own, taken for ended, still draws it.
    if (record?.status === 'open') continue;
    if (record === undefined || (record.status !== 'unknown' && record.costMicroUsd === 0)) {
      await store.remove([id]);
      continue;
    }
    unknown++;
    await store.end(id, { state: 'unknown', answer: null, endedAtMs: nowMs, expiresAtMs: nowMs + keepMs });
  }
  return unknown;
}
