/** What is kept of an API key. The key itself is shown once and never stored. */
export interface ApiKeyRecord {
  /** `key_…`; names the key in the ledger, the log and on the command line. */
  readonly id: string;
  /** Unique among live keys; a revoked key gives its name free. */
  readonly name: string;
  /** The key's first and last characters, `sk-Ab3d…x9Yz`. */
  readonly hint: string;
  readonly createdAtMs: number;
  /** Null while the key is live. */
  readonly revokedAtMs: number | null;
  /** The id of the key that took this one's place when it was rotated. */
  readonly replacedBy: string | null;
  /** Whether fields that cannot be honoured are refused instead of reported. */
  readonly strict: boolean;
}

/**
 * Where API keys are kept. `store/` implements it; `api-key-store.contract.ts` states what it must do.
 * Keys are never deleted: the ledger refers to them, and a revoked key must stay refused.
 */
export interface ApiKeyStore {
  /** Adds a live key. False, and nothing changed, when a live key has that name or any key has that hash. */
  insert(record: ApiKeyRecord, hash: Buffer): Promise<boolean>;
  /** The key with that SHA-256, live or revoked. */
  findByHash(hash: Buffer): Promise<ApiKeyRecord | undefined>;
  /** Every key ever made, oldest first. */
  list(): Promise<readonly ApiKeyRecord[]>;
  /** By id, else the live key of that name, else the youngest revoked one of that name. */
  find(idOrName: string): Promise<ApiKeyRecord | undefined>;
  /** Revokes a live key, by id or name, from now on. False when there is no such live key. */
  revoke(idOrName: string, atMs: number): Promise<boolean>;
  /**
   * Revokes the live key `oldId` and adds `record` in its place, both or neither.
   * False when `oldId` is not live any more, or `record` collides as in `insert`.
   */
  replace(oldId: string, record: ApiKeyRecord, hash: Buffer, atMs: number): Promise<boolean>;
  /** Keys ever made, revoked ones too. */
  count(): Promise<number>;
}
