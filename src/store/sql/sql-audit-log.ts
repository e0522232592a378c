import type { Kysely } from 'kysely';
import type { AuditDocument, AuditEntry, AuditLog, AuditQuery } from '../../access/audit-log.ts';
import { idBound } from '../../kernel/ids.ts';
import type { Database } from './database-schema.ts';
import { storableText } from './ledger-row.ts';

/** Rows that are too old go with the ones that come, so many at a time. */
const mostForgotten = 1000;

/** Changes by operators in SQL. Those older than `retentionMs` are forgotten as others come; 0 keeps all. */
export class SqlAuditLog implements AuditLog {
  readonly #db: Kysely<Database>;
  readonly #retentionMs: number;

  constructor(db: Kysely<Database>, retentionMs = 0) {
    this.#db = db;
    this.#retentionMs = retentionMs;
  }

  async add(entry: AuditEntry): Promise<void> {
    const { id, atMs, actor, who, action, subject, before, after, address, requestId } = entry;
    await this.#db
      .insertInto('audit')
      .values({
        id,
        at_ms: atMs,
        actor,
        who: who === null ? null : storableText(who),
        action,
        subject: storableText(subject),
        before: toJson(before),
        after: toJson(after),
        address,
        request_id: requestId,
      })
      .execute();
    if (this.#retentionMs === 0) return;
    const tooOld = this.#db
      .selectFrom('audit')
      .select('id')
      .where('id', '<', idBound('aud', atMs - this.#retentionMs))
      .orderBy('id')
      .limit(mostForgotten);
    await this.#db.deleteFrom('audit').where('id', 'in', tooOld).execute();
  }

  async list(query: AuditQuery): Promise<readonly AuditEntry[]> {
    const { actor, who, action, subject, fromMs, toMs, beforeId, afterId, limit } = query;
    let rows = this.#db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit);
    if (actor !== undefined) rows = rows.where('actor', '=', actor);
    if (who !== undefined) rows = rows.where('who', '=', who);
    if (action !== undefined) rows = rows.where('action', '=', action);
    if (subject !== undefined) rows = rows.where('subject', '=', subject);
    if (fromMs !== undefined) rows = rows.where('id', '>=', idBound('aud', fromMs));
    if (toMs !== undefined) rows = rows.where('id', '<', idBound('aud', toMs));
    if (beforeId !== undefined) rows = rows.where('id', '<', beforeId);
    if (afterId !== undefined) rows = rows.where('id', '>', afterId);
    return (await rows.execute()).map((row) => ({
      id: row.id,
      atMs: row.at_ms,
      actor: row.actor,
      who: row.who,
      action: row.action,
      subject: row.subject,
      before: fromJson(row.before),
      after: fromJson(row.after),
      address: row.address,
      requestId: row.request_id,
    }));
  }
}

/** Escaped, a NUL or half a character is text that every database holds. */
function toJson(document: AuditDocument | null): string | null {
  return document === null ? null : JSON.stringify(document);
}

function fromJson(text: string | null): AuditDocument | null {
  return text === null ? null : (JSON.parse(text) as AuditDocument);
}
