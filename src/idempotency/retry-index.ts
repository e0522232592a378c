import type { ClaimEntry } from './claim-entry.ts';

/** How long after an order's end a retry of it may come, when its client had the answer, or part of it. */
export const retryWindowMs = 60_000;

/**
 * Claims of clients that count their retries, by caller and content. Such a retry does not say which order it repeats,
 * and two equal orders are two: so of equal ones it takes the one that most likely lost its client.
 */
export class RetryIndex {
  readonly #entries = new Map<string, ClaimEntry[]>();
  readonly #maxEntries: number;
  #size = 0;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  add(entry: ClaimEntry): void {
    if (this.#size >= this.#maxEntries) return;
    this.#size++;
    const slot = slotOf(entry.claim);
    this.#entries.set(slot, [...(this.#entries.get(slot) ?? []), entry]);
  }

  delete({ claim }: Pick<ClaimEntry, 'claim'>): void {
    const slot = slotOf(claim);
    const all = this.#entries.get(slot) ?? [];
    const left = all.filter((entry) => entry.claim.id !== claim.id);
    this.#size -= all.length - left.length;
    if (left.length === 0) this.#entries.delete(slot);
    else this.#entries.set(slot, left);
  }

  find({
    keyId,
    fingerprint,
    id,
  }: {
    keyId: string;
    fingerprint: string;
    id: string;
  }): ClaimEntry | undefined {
    return this.#entries.get(slotOf({ keyId, fingerprint }))?.find(({ claim }) => claim.id === id);
  }

  /**
   * The order that a retry repeats; undefined: one that failed, or none that is known. `onSpent` hears of the one that
   * failed: no other retry is its.
   */
  choose(
    wanted: { readonly keyId: string; readonly fingerprint: string },
    nowMs: number,
    onSpent: (id: string) => void = () => undefined,
  ): ClaimEntry | undefined {
    const known = (this.#entries.get(slotOf(wanted)) ?? []).filter(({ expiresAtMs }) => expiresAtMs > nowMs);
    // One that brings nothing but bad news comes last: it may be that of another request.
    const abandoned = known.find(
      (entry) => entry.isAbandoned && (entry.state === 'live' || entry.state === 'kept'),
    );
    if (abandoned !== undefined) return abandoned;
    // A client that was told of a failure comes back for that order, not for the result of an equal one.
    const failed = known.find(
      (entry) =>
        entry.state === 'failed' || (entry.state === 'kept' && entry.isDelivered && !entry.hasSucceeded),
    );
    if (failed !== undefined) {
      this.delete(failed);
      onSpent(failed.claim.id);
      return undefined;
    }
    // Its client may have left without our knowing it, or its answer may have been lost on the way.
    return (
      known.find(({ state }) => state === 'live') ??
      known.find((entry) => !entry.isDelivered || nowMs - entry.endedAtMs < retryWindowMs)
    );
  }

  /** Forgets what is over. */
  sweep(nowMs: number): void {
    for (const entry of [...this.#entries.values()].flat())
      if (entry.expiresAtMs <= nowMs) this.delete(entry);
  }
}

function slotOf({ keyId, fingerprint }: { readonly keyId: string; readonly fingerprint: string }): string {
  return `${keyId} ${fingerprint}`;
}
