import type { OperatorRole } from '../journey/operator.ts';

/** A browser's session as it is kept; what the browser holds is not in it. */
export interface KeptSession {
  readonly id: string;
  readonly role: OperatorRole;
  /** Whose it is. */
  readonly name: string;
  readonly createdAtMs: number;
  readonly seenAtMs: number;
  readonly expiresAtMs: number;
  readonly address: string;
  readonly userAgent: string;
  /** Of the secret it was opened with: with another in force, the session is over. */
  readonly secretMark: string;
  /** What it takes to sign out at an identity provider too, sealed; null where there is none. */
  readonly signOut: string | null;
}

/** Where sessions are kept, by the SHA-256 of what the browser holds. */
export interface SessionStore {
  insert(hash: Buffer, session: KeptSession): Promise<void>;
  find(hash: Buffer): Promise<KeptSession | undefined>;
  /** All of them, the one that was used last first. */
  list(): Promise<readonly KeptSession[]>;
  touch(id: string, seenAtMs: number): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
}
