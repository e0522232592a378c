/** Who changes something: a holder of the admin secret, a session of the console, a command, or the server when it is told to reload. */
export const auditActors = ['admin secret', 'session', 'command line', 'server'] as const;
export type AuditActor = (typeof auditActors)[number];

/** Whoever changes something, and from where. */
export interface Actor {
  readonly name: AuditActor;
  /** Whose session it is: how they signed in, or their name where it is known. */
  readonly who?: string;
  /** Null on this machine's command line. */
  readonly address: string | null;
  readonly requestId: string | null;
}

/** What a change is about, as it was and as it is. Never a secret. */
export type AuditDocument = Readonly<Record<string, unknown>>;

/** One change by an operator. */
export interface AuditEntry {
  /** `aud_…`, made by `newId`: they sort by age. */
  readonly id: string;
  readonly atMs: number;
  readonly actor: string;
  /** Whose session it was; null where there was none, or before it was written down. */
  readonly who: string | null;
  /** `key.create`, `limits.set` and their like. */
  readonly action: string;
  /** The id or name of what was changed. */
  readonly subject: string;
  /** Null where it was not there before. */
  readonly before: AuditDocument | null;
  readonly after: AuditDocument | null;
  readonly address: string | null;
  readonly requestId: string | null;
}

/** Which changes to list. What is absent restricts nothing. */
export interface AuditQuery {
  readonly actor?: string;
  readonly who?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly beforeId?: string;
  readonly afterId?: string;
  readonly limit: number;
}

/** Where changes are written down. `store/` implements it; an entry holds if the change that it tells of holds. */
export interface AuditLog {
  add(entry: AuditEntry): Promise<void>;
  /** Changes, the youngest first. */
  list(query: AuditQuery): Promise<readonly AuditEntry[]>;
}
