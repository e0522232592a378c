import type { Kysely, Selectable } from 'kysely';
import type { KeptSession, SessionStore } from '../../access/session-store.ts';
import { operatorRoles } from '../../journey/operator.ts';
import type { ConsoleSessionsTable, Database } from './database-schema.ts';

/** Sessions of browsers in SQL. */
export class SqlSessionStore implements SessionStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async insert(hash: Buffer, session: KeptSession): Promise<void> {
    await this.#db
      .insertInto('console_sessions')
      .values({
        hash,
        id: session.id,
        role: session.role,
        name: session.name,
        created_at_ms: session.createdAtMs,
        seen_at_ms: session.seenAtMs,
        expires_at_ms: session.expiresAtMs,
        address: session.address,
        user_agent: session.userAgent,
        secret_mark: session.secretMark,
        sign_out: session.signOut,
      })
      .execute();
  }

  async find(hash: Buffer): Promise<KeptSession | undefined> {
    const row = await this.#db
      .selectFrom('console_sessions')
      .selectAll()
      .where('hash', '=', hash)
      .executeTakeFirst();
    return row && toSession(row);
  }

  async list(): Promise<readonly KeptSession[]> {
    const rows = await this.#db
      .selectFrom('console_sessions')
      .selectAll()
      .orderBy('seen_at_ms', 'desc')
      .orderBy('id', 'desc')
      .execute();
    return rows.map(toSession);
  }

  async touch(id: string, seenAtMs: number): Promise<void> {
    await this.#db
      .updateTable('console_sessions')
      .set({ seen_at_ms: seenAtMs })
      .where('id', '=', id)
      .execute();
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#db.deleteFrom('console_sessions').where('id', 'in', ids).execute();
  }
}

function toSession(row: Selectable<ConsoleSessionsTable>): KeptSession {
  return {
    id: row.id,
    // A role that is not known here is a newer version's; it gets the least.
    role: operatorRoles.find((role) => role === row.role) ?? 'viewer',
    name: row.name,
    createdAtMs: row.created_at_ms,
    seenAtMs: row.seen_at_ms,
    expiresAtMs: row.expires_at_ms,
    address: row.address,
    userAgent: row.user_agent,
    secretMark: row.secret_mark,
    signOut: row.sign_out,
  };
}
