/** An answer as it was given, its body in a blob. */
export interface KeptAnswer {
  readonly status: number;
  /** The HTTP reason phrase, where it was more than the status's own. */
  readonly reason?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly blob: string;
  readonly sizeBytes: number;
}

export interface NewClaim {
  /** The order's. */
  readonly id: string;
  /** The API key's id; a claim is its alone. */
  readonly keyId: string;
  /** Null for a request whose client only counts its retries. */
  readonly idempotencyKey: string | null;
  readonly fingerprint: string;
  readonly createdAtMs: number;
}

/**
 * What became of a claimed order.
 * - `kept`: its answer is here.
 * - `gone`: it was charged, and its answer could not be kept, or had to make room.
 * - `unknown`: an earlier run of the server ended in the middle of it.
 */
export type ClaimEnd = 'kept' | 'gone' | 'unknown';

export interface EndedClaim extends NewClaim {
  readonly state: ClaimEnd;
  /** Of a kept one. */
  readonly answer: KeptAnswer | null;
  readonly endedAtMs: number;
  /** When it is forgotten, and its key means nothing any more. */
  readonly expiresAtMs: number;
}

export interface ClaimTotals {
  readonly claims: number;
  /** Of all kept answers. */
  readonly bytes: number;
}

/** The book of claims. `store/` implements it; `claim-store.contract.ts` states what it must do. */
export interface ClaimStore {
  /** Writes an open claim. False when the caller has a claim of that key already, open or ended. */
  open(claim: NewClaim): Promise<boolean>;
  /** The claim has ended thus. One that is not there stays so. */
  end(id: string, end: Pick<EndedClaim, 'state' | 'answer' | 'endedAtMs' | 'expiresAtMs'>): Promise<void>;
  /** Forgets claims, open or ended. */
  remove(ids: readonly string[]): Promise<void>;
  /** The caller's claim of that key; `open` when it has not ended. */
  find(keyId: string, idempotencyKey: string): Promise<EndedClaim | 'open' | undefined>;
  /** Open claims of runs that have ended: an earlier one's, or those of another server that shares the book. */
  leftOpen(): Promise<readonly NewClaim[]>;
  /** Ended claims without a key of the caller's, oldest first. */
  withoutKey(): Promise<readonly EndedClaim[]>;
  /** Claims to be forgotten by `nowMs`. */
  expired(nowMs: number, limit: number): Promise<readonly EndedClaim[]>;
  /** Kept answers, those first that expire first. */
  firstKept(limit: number): Promise<readonly EndedClaim[]>;
  /** Ended claims beyond the youngest `most`, of one caller or of all, oldest first. */
  beyond(most: number, keyId: string | undefined, limit: number): Promise<readonly EndedClaim[]>;
  /** Callers with more ended claims than that. */
  crowdedKeys(most: number): Promise<readonly string[]>;
  totals(): Promise<ClaimTotals>;
}

/** Where the bodies of kept answers lie: a namespace of its own in the store of pictures, which no link reaches. */
export interface AnswerBlobs {
  put(
    name: string,
    bytes: AsyncIterable<Buffer> | Iterable<Buffer>,
    signal: AbortSignal,
  ): Promise<{ readonly sizeBytes: number }>;
  open(
    name: string,
  ): Promise<{ readonly sizeBytes: number; read(): AsyncIterable<readonly Buffer[]> } | undefined>;
  remove(name: string): Promise<boolean>;
}

/** What the ledger says of orders. */
export interface OrderRecords {
  find(orderId: string): Promise<OrderRecord | undefined>;
}

export interface OrderRecord {
  /** `unknown` for one that nobody heard the end of: its cost is then the most it can have come to. */
  readonly status: string;
  readonly costMicroUsd: number;
}
