import type { KeyState } from '../journey/key-state.ts';
import type { Limits } from '../journey/limits.ts';

/** An API key: one user or program of a project. Whatever becomes of its secrets, it stays the same key. */
export interface ApiKey {
  /** `key_…`; names the key in the ledger, the log and on the command line. */
  readonly id: string;
  readonly projectId: string;
  /** Unique among live keys of the project; a revoked key gives its name free. */
  readonly name: string;
  readonly createdAtMs: number;
  /** From then on it is refused; null: never. */
  readonly expiresAtMs: number | null;
  /** Null while the key is live. */
  readonly revokedAtMs: number | null;
  /** Refused since then, until it is enabled again; null: it is not disabled. */
  readonly disabledAtMs: number | null;
  /** Whether fields that cannot be honoured are refused instead of reported. */
  readonly strict: boolean;
  /** Ids of catalogue models; null: every model. */
  readonly allowedModels: readonly string[] | null;
  /** Addresses and networks such as `10.0.0.0/8`; null: from anywhere. */
  readonly allowedAddresses: readonly string[] | null;
  /** The operator's own notes. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What is kept of a secret. The secret itself is shown once and never stored. */
export interface ApiKeySecret {
  /** Its first and last characters, `sk-Ab3d…x9Yz`. */
  readonly hint: string;
  readonly createdAtMs: number;
  /** Works before that moment; null: no end. Of a live key exactly one has no end. */
  readonly validUntilMs: number | null;
}

export interface ApiKeyRecord extends ApiKey {
  /** Oldest first; those that are over too. */
  readonly secrets: readonly ApiKeySecret[];
}

/** A key as found by one of its secrets. */
export interface FoundKey {
  readonly key: ApiKey;
  readonly validUntilMs: number | null;
  /** Of its project. */
  readonly archivedAtMs: number | null;
  /** Of its project; absent: none. */
  readonly markupBasisPoints?: number;
}

/** What of a key can be changed. */
export type ApiKeyChanges = Partial<
  Pick<
    ApiKey,
    'name' | 'expiresAtMs' | 'disabledAtMs' | 'strict' | 'allowedModels' | 'allowedAddresses' | 'tags'
  >
>;

/** Which keys to list. What is absent restricts nothing. */
export interface KeysQuery {
  readonly projectId?: string;
  readonly name?: string;
  readonly states?: readonly KeyState[];
  /** The moment at which they stand so. */
  readonly nowMs: number;
  /** Keys made before the one of this id, and after it: where a page before ended. */
  readonly beforeId?: string;
  readonly afterId?: string;
  readonly limit: number;
}

/**
 * Where API keys are kept. `store/` implements it; `api-key-store.contract.ts` states what it must do.
 * Keys are never deleted: the ledger refers to them, and a revoked key must stay refused.
 */
export interface ApiKeyStore {
  /**
   * Adds a live key with its only secret, and its allowance with these limits: all or nothing. False, and nothing
   * changed, when a live key of the project has that name, any key has that hash, or there is no such live project.
   */
  insert(record: ApiKeyRecord, hash: Buffer, limits: Limits): Promise<boolean>;
  /** The key with a secret of that SHA-256, live or not. */
  findByHash(hash: Buffer): Promise<FoundKey | undefined>;
  /** The key of that id, live or not, as if found by a secret without an end. */
  findById(id: string): Promise<FoundKey | undefined>;
  /** Every key ever made, oldest first. */
  list(): Promise<readonly ApiKeyRecord[]>;
  /** Keys, the youngest first. */
  page(query: KeysQuery): Promise<readonly ApiKeyRecord[]>;
  /** What every key ever made is called, oldest first. */
  names(): Promise<readonly Pick<ApiKey, 'id' | 'name'>[]>;
  /** The key of that id; else all of that name, live ones first, then youngest first. */
  findAll(idOrName: string): Promise<readonly ApiKeyRecord[]>;
  /** Changes a live key. False, and nothing changed, when it is not live, or a live key of its project has the name. */
  change(id: string, changes: ApiKeyChanges): Promise<boolean>;
  /** Revokes a live key from now on. False when it is not live. */
  revoke(id: string, atMs: number): Promise<boolean>;
  /**
   * Gives a live key one more secret; every other ends at `othersUntilMs` unless it ends before. False, and nothing
   * changed, when the key is not live, its secret without an end is not `replaced`, or any key has that hash.
   */
  addSecret(
    id: string,
    replaced: string,
    secret: Omit<ApiKeySecret, 'validUntilMs'>,
    hash: Buffer,
    othersUntilMs: number,
  ): Promise<boolean>;
  /** Ends a secret of a key that has an end, at an earlier moment. False when there is no such secret. */
  endSecret(id: string, hint: string, atMs: number): Promise<boolean>;
  /** Keys ever made, revoked ones too. */
  count(): Promise<number>;
}
