import { type Kysely, sql } from 'kysely';
import type { ApiKeyStore } from '../../access/api-key-store.ts';
import type { AuditLog } from '../../access/audit-log.ts';
import type { ProjectStore } from '../../access/project-store.ts';
import type { AllowanceStore } from '../../admission/allowance-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { SettlementByHand } from '../../usage/ledger.ts';
import type { Database } from './database-schema.ts';
import type { DialectName } from './migrations/column-kinds.ts';
import { type SettlingOutcome, settleUnknown } from './settle-unknown.ts';
import { SqlAllowanceStore } from './sql-allowance-store.ts';
import { SqlApiKeyStore } from './sql-api-key-store.ts';
import { SqlAuditLog } from './sql-audit-log.ts';
import { SqlProjectStore } from './sql-project-store.ts';

export interface SqlRecordsOptions {
  readonly clock: Clock;
  readonly dialect: DialectName;
  /** Brings what is committed to the disk, where a commit alone does not. */
  readonly flush?: (() => Promise<void>) | undefined;
  /** How long changes are remembered; 0: for good. */
  readonly auditRetentionMs: number;
  /** How long an order waits for its key to be found by a database that is away. */
  readonly patienceMs?: number | undefined;
}

/** The most changes that wait for one another. */
const mostWaiting = 100;
/** Any number, as long as all versions have the same one. */
const changeLock = 7_264_133;

/** Keys, projects, what they may use, what is known of orders by hand, and who changed what. */
export class SqlRecords {
  readonly keys: ApiKeyStore;
  readonly projects: ProjectStore;
  readonly allowances: AllowanceStore;
  readonly audit: AuditLog;
  readonly #db: Kysely<Database>;
  readonly #options: SqlRecordsOptions;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #changes = 0;

  constructor(db: Kysely<Database>, options: SqlRecordsOptions) {
    this.#db = db;
    this.#options = options;
    this.keys = new SqlApiKeyStore(db, options);
    this.projects = new SqlProjectStore(db);
    this.allowances = new SqlAllowanceStore(db, options.clock, options.dialect);
    this.audit = new SqlAuditLog(db, options.auditRetentionMs);
  }

  /** How many changes this process has made. */
  get changes(): number {
    return this.#changes;
  }

  settleUnknown(id: string, settlement: SettlementByHand): Promise<SettlingOutcome> {
    return settleUnknown(this.#db, this.#options.dialect, id, settlement);
  }

  /**
   * Does the work in one transaction, which holds unless it throws. One such change comes after the other, whichever
   * process makes it, so that none is lost between another's reading and writing. Orders go on meanwhile: those that
   * wait here take no connection from them.
   */
  async change<Result>(work: (records: SqlRecords) => Promise<Result>): Promise<Result> {
    if (this.#waiting >= mostWaiting)
      throw new PlantainError(
        'storage_unavailable',
        'Too many changes are being made at once. Try again in a moment.',
        { retryAfterSeconds: 1 },
      );
    this.#waiting++;
    const done = this.#last.then(() => this.#transact(work)).finally(() => this.#waiting--);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #transact<Result>(work: (records: SqlRecords) => Promise<Result>): Promise<Result> {
    const result = await this.#db.transaction().execute(async (transaction) => {
      // In SQLite the transaction itself is such a lock.
      if (this.#options.dialect === 'postgres') {
        await sql`set local lock_timeout = '8s'`.execute(transaction);
        await sql`select pg_advisory_xact_lock(${sql.lit(changeLock)})`.execute(transaction);
      }
      return work(new SqlRecords(transaction, { ...this.#options, patienceMs: 0 }));
    });
    this.#changes++;
    // A key that was revoked stays revoked, whatever happens to the power.
    await this.#options.flush?.();
    return result;
  }
}
