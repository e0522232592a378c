import { sql } from 'kysely';
import type { OpenDatabase } from './open-database.ts';
import { storageTrouble } from './storage-error.ts';

/** Shorter than the second after which a load balancer's own check gives up. */
const patienceMs = 750;
const freshMs = 1000;

/**
 * Whether orders can be recorded, for `/readyz`. It writes, since a disk that is full and a file that another
 * process has locked can be read all the same: one page, by an empty note in the file's header that SQLite
 * keeps for applications. At most one write a second, however often it is asked.
 */
export class DatabaseProbe {
  readonly #database: Pick<OpenDatabase, 'db' | 'dialect' | 'isInPlace'>;
  #probing: Promise<string | undefined> | undefined;
  #found: { readonly trouble: string | undefined; readonly atMs: number } | undefined;

  constructor(database: Pick<OpenDatabase, 'db' | 'dialect' | 'isInPlace'>) {
    this.#database = database;
  }

  /** What keeps the database from being written, in words without paths; undefined when nothing does. */
  async trouble(): Promise<string | undefined> {
    if (this.#found !== undefined && performance.now() - this.#found.atMs < freshMs)
      return this.#found.trouble;
    const { promise: tooLong, resolve } = Promise.withResolvers<string>();
    const timer = setTimeout(
      () => resolve('the database has taken no write for a while; another program may have locked it'),
      patienceMs,
    );
    try {
      return await Promise.race([this.#probe(), tooLong]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Joins the probe under way, which may be waiting for a lock. */
  #probe(): Promise<string | undefined> {
    this.#probing ??= this.#write()
      .then((trouble) => {
        this.#found = { trouble, atMs: performance.now() };
        return trouble;
      })
      .finally(() => {
        this.#probing = undefined;
      });
    return this.#probing;
  }

  async #write(): Promise<string | undefined> {
    try {
      const { db, dialect } = this.#database;
      // PostgreSQL's hearts beat by writing; here it is enough that it answers.
      if (dialect === 'postgres') await sql`select 1`.execute(db);
      else await sql`pragma user_version = 0`.execute(db);
      return (await this.#database.isInPlace()) ? undefined : 'the database was removed or replaced';
    } catch (error) {
      return `the database ${storageTrouble(error) ?? 'cannot be written'}`;
    }
  }
}
