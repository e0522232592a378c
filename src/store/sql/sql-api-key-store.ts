import type { Kysely, Selectable } from 'kysely';
import type { ApiKeyRecord, ApiKeyStore } from '../../access/api-key-store.ts';
import type { ApiKeysTable, Database } from './database-schema.ts';
import { PreparedQuery } from './prepared-query.ts';

/** API keys in SQL, the same queries for every database Kysely speaks to. */
export class SqlApiKeyStore implements ApiKeyStore {
  readonly #db: Kysely<Database>;

  readonly #byHash: PreparedQuery<Selectable<ApiKeysTable>>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
    this.#byHash = new PreparedQuery(
      db.selectFrom('api_keys').selectAll().where('hash', '=', Buffer.alloc(0)).compile(),
    );
  }

  async insert(record: ApiKeyRecord, hash: Buffer): Promise<boolean> {
    const result = await this.#db
      .insertInto('api_keys')
      .values(toRow(record, hash))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return result.numInsertedOrUpdatedRows === 1n;
  }

  async findByHash(hash: Buffer): Promise<ApiKeyRecord | undefined> {
    const [row] = (await this.#byHash.run(this.#db, [hash])).rows;
    return row && toRecord(row);
  }

  async list(): Promise<readonly ApiKeyRecord[]> {
    const rows = await this.#db
      .selectFrom('api_keys')
      .selectAll()
      .orderBy('created_at_ms')
      .orderBy('id')
      .execute();
    return rows.map(toRecord);
  }

  async find(idOrName: string): Promise<ApiKeyRecord | undefined> {
    const rows = await this.#db
      .selectFrom('api_keys')
      .selectAll()
      .where((or) => or.or([or('id', '=', idOrName), or('name', '=', idOrName)]))
      .orderBy('created_at_ms', 'desc')
      .orderBy('id', 'desc')
      .execute();
    const row =
      rows.find(({ id }) => id === idOrName) ?? rows.find((named) => named.revoked_at_ms === null) ?? rows[0];
    return row && toRecord(row);
  }

  async revoke(idOrName: string, atMs: number): Promise<boolean> {
    const key = await this.find(idOrName);
    if (key === undefined) return false;
    const result = await this.#db
      .updateTable('api_keys')
      .set({ revoked_at_ms: atMs })
      .where('id', '=', key.id)
      .where('revoked_at_ms', 'is', null)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  async replace(oldId: string, record: ApiKeyRecord, hash: Buffer, atMs: number): Promise<boolean> {
    const transaction = await this.#db.startTransaction().execute();
    let done = false;
    try {
      // The old key first: while it is live, its name is taken.
      const revoked = await transaction
        .updateTable('api_keys')
        .set({ revoked_at_ms: atMs, replaced_by: record.id })
        .where('id', '=', oldId)
        .where('revoked_at_ms', 'is', null)
        .executeTakeFirst();
      done = revoked.numUpdatedRows === 1n && (await new SqlApiKeyStore(transaction).insert(record, hash));
    } finally {
      await (done ? transaction.commit() : transaction.rollback()).execute();
    }
    return done;
  }

  async count(): Promise<number> {
    const row = await this.#db
      .selectFrom('api_keys')
      .select((select) => select.fn.countAll().as('count'))
      .executeTakeFirstOrThrow();
    return Number(row.count);
  }
}

function toRow(record: ApiKeyRecord, hash: Buffer): ApiKeysTable {
  return {
    id: record.id,
    name: record.name,
    hint: record.hint,
    hash,
    created_at_ms: record.createdAtMs,
    revoked_at_ms: record.revokedAtMs,
    replaced_by: record.replacedBy,
    strict: record.strict ? 1 : 0,
  };
}

function toRecord(row: Selectable<ApiKeysTable>): ApiKeyRecord {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    createdAtMs: row.created_at_ms,
    revokedAtMs: row.revoked_at_ms,
    replacedBy: row.replaced_by,
    strict: row.strict === 1,
  };
}
