import { type Kysely, type Selectable, sql } from 'kysely';
import type {
  ApiKey,
  ApiKeyChanges,
  ApiKeyRecord,
  ApiKeySecret,
  ApiKeyStore,
  FoundKey,
  KeysQuery,
} from '../../access/api-key-store.ts';
import type { Limits } from '../../journey/limits.ts';
import { newAllowanceRow } from './allowance-row.ts';
import { allOrNothing } from './all-or-nothing.ts';
import type { ApiKeysTable, Database, KeySecretsTable } from './database-schema.ts';
import { keyPage } from './key-page.ts';
import { readPatiently } from './patience.ts';
import { PreparedQuery } from './prepared-query.ts';

type FoundRow = Selectable<ApiKeysTable> &
  Pick<Selectable<KeySecretsTable>, 'valid_until_ms'> & {
    archived_at_ms: number | null;
    markup_basis_points: number | null;
  };

/** API keys in SQL, the same queries for every database Kysely speaks to. */
export class SqlApiKeyStore implements ApiKeyStore {
  readonly #db: Kysely<Database>;
  readonly #byHash: PreparedQuery<FoundRow>;
  readonly #patienceMs: number;

  /** `patienceMs`: how long orders wait for their key to be found by a database that is away. */
  constructor(db: Kysely<Database>, { patienceMs = 0 }: { readonly patienceMs?: number | undefined } = {}) {
    this.#db = db;
    this.#patienceMs = patienceMs;
    this.#byHash = new PreparedQuery<FoundRow>(
      db
        .selectFrom('key_secrets')
        .innerJoin('api_keys', 'api_keys.id', 'key_secrets.key_id')
        .innerJoin('projects', 'projects.id', 'api_keys.project_id')
        .selectAll('api_keys')
        .select(['key_secrets.valid_until_ms', 'projects.archived_at_ms', 'projects.markup_basis_points'])
        .where('key_secrets.hash', '=', Buffer.alloc(0))
        .compile(),
    );
  }

  insert(record: ApiKeyRecord, hash: Buffer, limits: Limits): Promise<boolean> {
    return allOrNothing(this.#db, async (db) => {
      const project = await db
        .selectFrom('projects')
        .select('id')
        .where('id', '=', record.projectId)
        .where('archived_at_ms', 'is', null)
        .executeTakeFirst();
      if (project === undefined) return false;
      const added = await db
        .insertInto('api_keys')
        .values(toRow(record))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      const [secret] = record.secrets;
      if (added.numInsertedOrUpdatedRows !== 1n || secret === undefined) return false;
      if (!(await insertSecret(db, record.id, secret, hash))) return false;
      await db.insertInto('allowances').values(newAllowanceRow(record.id, limits)).execute();
      return true;
    });
  }

  async findByHash(hash: Buffer): Promise<FoundKey | undefined> {
    const find = () => this.#byHash.run(this.#db, [hash]);
    const [row] = (await (this.#patienceMs === 0 ? find() : readPatiently(this.#patienceMs, find))).rows;
    return row && toFound(row);
  }

  async findById(id: string): Promise<FoundKey | undefined> {
    const row = await this.#db
      .selectFrom('api_keys')
      .innerJoin('projects', 'projects.id', 'api_keys.project_id')
      .selectAll('api_keys')
      .select(['projects.archived_at_ms', 'projects.markup_basis_points'])
      .where('api_keys.id', '=', id)
      .executeTakeFirst();
    return row && toFound({ ...row, valid_until_ms: null });
  }

  async list(): Promise<readonly ApiKeyRecord[]> {
    const rows = await this.#db
      .selectFrom('api_keys')
      .selectAll()
      .orderBy('created_at_ms')
      .orderBy('id')
      .execute();
    return this.#withSecrets(rows);
  }

  names(): Promise<readonly Pick<ApiKey, 'id' | 'name'>[]> {
    return this.#db
      .selectFrom('api_keys')
      .select(['id', 'name'])
      .orderBy('created_at_ms')
      .orderBy('id')
      .execute();
  }

  async page(query: KeysQuery): Promise<readonly ApiKeyRecord[]> {
    return this.#withSecrets(await keyPage(this.#db, query));
  }

  async findAll(idOrName: string): Promise<readonly ApiKeyRecord[]> {
    const rows = await this.#db
      .selectFrom('api_keys')
      .selectAll()
      .where((or) => or.or([or('id', '=', idOrName), or('name', '=', idOrName)]))
      .orderBy(sql`case when revoked_at_ms is null then 0 else 1 end`)
      .orderBy('created_at_ms', 'desc')
      .orderBy('id', 'desc')
      .execute();
    const byId = rows.filter(({ id }) => id === idOrName);
    return this.#withSecrets(byId.length > 0 ? byId : rows);
  }

  change(id: string, changes: ApiKeyChanges): Promise<boolean> {
    return allOrNothing(this.#db, async (db) => {
      const row = await db
        .selectFrom('api_keys')
        .selectAll()
        .where('id', '=', id)
        .where('revoked_at_ms', 'is', null)
        .executeTakeFirst();
      if (row === undefined) return false;
      const changed = { ...toKey(row), ...changes };
      const holder = await db
        .selectFrom('api_keys')
        .select('id')
        .where('project_id', '=', row.project_id)
        .where('name', '=', changed.name)
        .where('revoked_at_ms', 'is', null)
        .where('id', '<>', id)
        .executeTakeFirst();
      if (holder !== undefined) return false;
      await db.updateTable('api_keys').set(toRow(changed)).where('id', '=', id).execute();
      return true;
    });
  }

  async revoke(id: string, atMs: number): Promise<boolean> {
    const result = await this.#db
      .updateTable('api_keys')
      .set({ revoked_at_ms: atMs })
      .where('id', '=', id)
      .where('revoked_at_ms', 'is', null)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  addSecret(
    id: string,
    replaced: string,
    secret: Omit<ApiKeySecret, 'validUntilMs'>,
    hash: Buffer,
    othersUntilMs: number,
  ): Promise<boolean> {
    return allOrNothing(this.#db, async (db) => {
      const ended = await db
        .updateTable('key_secrets')
        .set({ valid_until_ms: othersUntilMs })
        .where('key_id', '=', id)
        .where('hint', '=', replaced)
        .where('valid_until_ms', 'is', null)
        .where((query) =>
          query.exists(
            query.selectFrom('api_keys').select('id').where('id', '=', id).where('revoked_at_ms', 'is', null),
          ),
        )
        .executeTakeFirst();
      if (ended.numUpdatedRows !== 1n) return false;
      await db
        .updateTable('key_secrets')
        .set({ valid_until_ms: othersUntilMs })
        .where('key_id', '=', id)
        .where('valid_until_ms', '>', othersUntilMs)
        .execute();
      return insertSecret(db, id, { ...secret, validUntilMs: null }, hash);
    });
  }

  async endSecret(id: string, hint: string, atMs: number): Promise<boolean> {
    const result = await this.#db
      .updateTable('key_secrets')
      .set({ valid_until_ms: atMs })
      .where('key_id', '=', id)
      .where('hint', '=', hint)
      .where('valid_until_ms', '>', atMs)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  async count(): Promise<number> {
    const row = await this.#db
      .selectFrom('api_keys')
      .select((select) => select.fn.countAll().as('count'))
      .executeTakeFirstOrThrow();
    return Number(row.count);
  }

  async #withSecrets(rows: readonly Selectable<ApiKeysTable>[]): Promise<ApiKeyRecord[]> {
    if (rows.length === 0) return [];
    let query = this.#db
      .selectFrom('key_secrets')
      .select(['key_id', 'hint', 'created_at_ms', 'valid_until_ms'])
      .orderBy('created_at_ms')
      .orderBy('hint');
    // A whole list is read whole: names of thousands of keys are more than a statement takes.
    if (rows.length <= 100)
      query = query.where(
        'key_id',
        'in',
        rows.map(({ id }) => id),
      );
    const secrets = Map.groupBy(await query.execute(), ({ key_id }) => key_id);
    return rows.map((row) => ({
      ...toKey(row),
      secrets: (secrets.get(row.id) ?? []).map((secret) => ({
        hint: secret.hint,
        createdAtMs: secret.created_at_ms,
        validUntilMs: secret.valid_until_ms,
      })),
    }));
  }
}

function toFound(row: FoundRow): FoundKey {
  return {
    key: toKey(row),
    validUntilMs: row.valid_until_ms,
    archivedAtMs: row.archived_at_ms,
    ...(row.markup_basis_points !== null && { markupBasisPoints: row.markup_basis_points }),
  };
}

async function insertSecret(
  db: Kysely<Database>,
  keyId: string,
  { hint, createdAtMs, validUntilMs }: ApiKeySecret,
  hash: Buffer,
): Promise<boolean> {
  const result = await db
    .insertInto('key_secrets')
    .values({ hash, key_id: keyId, hint, created_at_ms: createdAtMs, valid_until_ms: validUntilMs })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

function toRow(key: ApiKey): ApiKeysTable {
  return {
    id: key.id,
    project_id: key.projectId,
    name: key.name,
    strict: key.strict ? 1 : 0,
    created_at_ms: key.createdAtMs,
    expires_at_ms: key.expiresAtMs,
    revoked_at_ms: key.revokedAtMs,
    disabled_at_ms: key.disabledAtMs,
    allowed_models: key.allowedModels === null ? null : JSON.stringify(key.allowedModels),
    allowed_addresses: key.allowedAddresses === null ? null : JSON.stringify(key.allowedAddresses),
    tags: Object.keys(key.tags).length === 0 ? null : JSON.stringify(key.tags),
  };
}

function toKey(row: Selectable<ApiKeysTable>): ApiKey {
  return {
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    revokedAtMs: row.revoked_at_ms,
    disabledAtMs: row.disabled_at_ms,
    strict: row.strict === 1,
    allowedModels: row.allowed_models === null ? null : (JSON.parse(row.allowed_models) as string[]),
    allowedAddresses: row.allowed_addresses === null ? null : (JSON.parse(row.allowed_addresses) as string[]),
    tags: row.tags === null ? {} : (JSON.parse(row.tags) as Record<string, string>),
  };
}
