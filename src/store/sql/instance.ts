import { type Kysely, sql } from 'kysely';
import { newId } from '../../kernel/ids.ts';
import type { Database } from './database-schema.ts';

export interface InstanceOptions {
  readonly version: string;
  /** Closes what ended processes left open. */
  readonly closeLost: () => Promise<number>;
  readonly onClosed: (orders: number) => void;
  readonly onTrouble: (error: unknown) => void;
  readonly beatMs?: number;
  readonly deadMs?: number;
  readonly reapMs?: number;
}

/** Without a beat for so long a process counts as ended, by whoever looks. */
export const silentMs = 30_000;

/** By the database's clock, which all processes share. */
const nowMs = sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`;

/**
 * This process among those that share a database. Its heart beats; who does not beat any more is taken for ended, and its
 * open orders are closed by whoever finds them. A wrong verdict does no harm: a reservation stays counted until the truth
 * is told, and a process that finds itself ended, because it was paused or cut off, goes on under a new id.
 */
export class Instance {
  readonly #db: Kysely<Database>;
  readonly #options: Required<InstanceOptions>;
  #id = '';
  /** Each ends one of its timers, and waits for what that has under way. */
  #stops: (() => Promise<void>)[] = [];

  constructor(db: Kysely<Database>, options: InstanceOptions) {
    this.#db = db;
    this.#options = { beatMs: 5000, deadMs: silentMs, reapMs: 15_000, ...options };
  }

  /** Written beside every order that this process opens. */
  get id(): string {
    return this.#id;
  }

  /** Takes an id; from then on the heart beats. */
  async start(): Promise<void> {
    await this.#enter();
    const { beatMs, reapMs } = this.#options;
    this.#stops = [this.#every(beatMs, () => this.#beat()), this.#every(reapMs, () => this.reap())];
  }

  /** Declares those ended whose heart stopped, and closes their orders. */
  async reap(): Promise<void> {
    await this.#db
      .updateTable('instances')
      .set({ ended_at_ms: nowMs })
      .where('ended_at_ms', 'is', null)
      .where('heartbeat_at_ms', '<', sql<number>`${nowMs} - ${sql.lit(this.#options.deadMs)}`)
      .execute();
    const closed = await this.#options.closeLost();
    if (closed > 0) this.#options.onClosed(closed);
  }

  /** Its orders are settled; whatever is open of it now, nobody will end. */
  async end(): Promise<void> {
    await Promise.all(this.#stops.map((stop) => stop()));
    await this.#db
      .updateTable('instances')
      .set({ ended_at_ms: nowMs })
      .where('id', '=', this.#id)
      .execute()
      .catch(this.#options.onTrouble);
  }

  async #enter(): Promise<void> {
    const id = newId('inst', Date.now());
    const row = {
      id,
      started_at_ms: nowMs,
      heartbeat_at_ms: nowMs,
      ended_at_ms: null,
      version: this.#options.version,
    };
    await this.#db.insertInto('instances').values(row).execute();
    this.#id = id;
  }

  async #beat(): Promise<void> {
    const beaten = await this.#db
      .updateTable('instances')
      .set({ heartbeat_at_ms: nowMs })
      .where('id', '=', this.#id)
      .where('ended_at_ms', 'is', null)
      .executeTakeFirst();
    if (beaten.numUpdatedRows === 0n) await this.#enter();
  }

  /**
   * One at a time: while the last one waits for a database that hangs, none is added, or all would come at once when it
   * answers. A database that is away is told, and tried again with the next.
   */
  #every(ms: number, work: () => Promise<void>): () => Promise<void> {
    let atWork: Promise<void> | undefined;
    const timer = setInterval(() => {
      atWork ??= work()
        .catch(this.#options.onTrouble)
        .finally(() => {
          atWork = undefined;
        });
    }, ms);
    timer.unref();
    return async () => {
      clearInterval(timer);
      await atWork;
    };
  }
}
