import { type Kysely, type Selectable, type SelectQueryBuilder, sql } from 'kysely';
import type {
  ClaimEnd,
  ClaimStore,
  ClaimTotals,
  EndedClaim,
  KeptAnswer,
  NewClaim,
} from '../../idempotency/claim-store.ts';
import type { ClaimsTable, Database } from './database-schema.ts';
import { Combiner } from './combiner.ts';
import { orderPatienceMs } from './patience.ts';
import { PreparedQuery } from './prepared-query.ts';

/** The statements of one write. `isRedo`: it may have been committed before. */
type Write<Result> = (db: Kysely<Database>, isRedo: boolean) => Promise<Result>;

type ClaimQuery = SelectQueryBuilder<Database, 'claims', Selectable<ClaimsTable>>;

const blankRow: ClaimsTable = toOpenRow(
  { id: '', keyId: '', idempotencyKey: null, fingerprint: '', createdAtMs: 0 },
  null,
);

/** The book of claims in SQL, the same queries for every database Kysely speaks to. */
export class SqlClaimStore implements ClaimStore {
  readonly #db: Kysely<Database>;
  readonly #writes: Combiner<Write<unknown>, unknown, Kysely<Database>>;
  readonly #instance: { readonly id: string } | undefined;
  readonly #open: PreparedQuery<unknown>;
  readonly #end: PreparedQuery<unknown>;

  /** `instance`: this process by its id of the moment, where several share the book. */
  constructor(db: Kysely<Database>, instance?: { readonly id: string }) {
    this.#db = db;
    this.#instance = instance;
    const work = async (
      transaction: Kysely<Database>,
      writes: readonly Write<unknown>[],
      isRedo: boolean,
    ): Promise<readonly unknown[]> => {
      const done: unknown[] = [];
      for (const write of writes) done.push(await write(transaction, isRedo));
      return done;
    };
    // Claims of several servers may also have each other wait.
    this.#writes = new Combiner((group) => db.transaction().execute(group), work, {
      patienceMs: instance === undefined ? 0 : orderPatienceMs,
    });
    this.#open = new PreparedQuery(
      db
        .insertInto('claims')
        .values(blankRow)
        .onConflict((conflict) => conflict.doNothing())
        .compile(),
    );
    this.#end = new PreparedQuery(
      db.updateTable('claims').set(endColumns(blankEnd)).where('id', '=', '').compile(),
    );
  }

  async open(claim: NewClaim): Promise<boolean> {
    const row = Object.values(toOpenRow(claim, this.#instance?.id ?? null));
    return this.#write(async (db, isRedo) => {
      const { numAffectedRows } = await this.#open.run(db, row);
      return numAffectedRows === 1n || (isRedo && (await isThere(db, claim.id)));
    });
  }

  async end(id: string, end: Parameters<ClaimStore['end']>[1]): Promise<void> {
    await this.#write((db) => this.#end.run(db, [...Object.values(endColumns(end)), id]));
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#write((db) => db.deleteFrom('claims').where('id', 'in', ids).execute());
  }

  async find(keyId: string, idempotencyKey: string): Promise<EndedClaim | 'open' | undefined> {
    const row = await this.#db
      .selectFrom('claims')
      .selectAll()
      .where('key_id', '=', keyId)
      .where('idempotency_key', '=', idempotencyKey)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    return row.state === 'open' ? 'open' : toEndedClaim(row);
  }

  async leftOpen(): Promise<readonly NewClaim[]> {
    const rows = await this.#db
      .selectFrom('claims')
      .selectAll()
      .where('state', '=', 'open')
      .where((claim) =>
        claim.or([
          claim('instance_id', 'is', null),
          claim(
            'instance_id',
            'in',
            claim.selectFrom('instances').select('id').where('ended_at_ms', 'is not', null),
          ),
        ]),
      )
      .execute();
    return rows.map(toNewClaim);
  }

  async withoutKey(): Promise<readonly EndedClaim[]> {
    return listed(this.#ended().where('idempotency_key', 'is', null).orderBy('ended_at_ms').orderBy('id'));
  }

  async expired(nowMs: number, limit: number): Promise<readonly EndedClaim[]> {
    return listed(this.#ended().where('expires_at_ms', '<=', nowMs).limit(limit));
  }

  async firstKept(limit: number): Promise<readonly EndedClaim[]> {
    const kept = this.#ended().where('state', '=', 'kept');
    return listed(kept.orderBy('expires_at_ms').orderBy('id').limit(limit));
  }

  async beyond(most: number, keyId: string | undefined, limit: number): Promise<readonly EndedClaim[]> {
    let query = this.#ended();
    if (keyId !== undefined) query = query.where('key_id', '=', keyId);
    const { count } = await query
      .clearSelect()
      .select((select) => select.fn.countAll().as('count'))
      .executeTakeFirstOrThrow();
    const surplus = Math.min(limit, Number(count) - most);
    return surplus <= 0 ? [] : listed(query.orderBy('ended_at_ms').orderBy('id').limit(surplus));
  }

  async crowdedKeys(most: number): Promise<readonly string[]> {
    const rows = await this.#db
      .selectFrom('claims')
      .select('key_id')
      .where('state', '<>', 'open')
      .groupBy('key_id')
      .having((having) => having.fn.countAll(), '>', most)
      .execute();
    return rows.map((row) => row.key_id);
  }

  async totals(): Promise<ClaimTotals> {
    const row = await this.#db
      .selectFrom('claims')
      .select((select) => [
        select.fn.countAll().as('claims'),
        select.fn.coalesce(select.fn.sum('size_bytes'), sql.lit(0)).as('bytes'),
      ])
      .executeTakeFirstOrThrow();
    return { claims: Number(row.claims), bytes: Number(row.bytes) };
  }

  #write<Result>(write: Write<Result>): Promise<Result> {
    return this.#writes.run(write) as Promise<Result>;
  }

  #ended(): ClaimQuery {
    return this.#db.selectFrom('claims').selectAll().where('state', '<>', 'open');
  }
}

const blankEnd: Parameters<ClaimStore['end']>[1] = {
  state: 'gone',
  answer: null,
  endedAtMs: 0,
  expiresAtMs: 0,
};

function endColumns({ state, answer, endedAtMs, expiresAtMs }: Parameters<ClaimStore['end']>[1]) {
  const { blob = null, sizeBytes = 0, ...head } = answer ?? {};
  return {
    state,
    answer_head: answer === null ? null : JSON.stringify(head),
    body_name: blob,
    size_bytes: sizeBytes,
    ended_at_ms: endedAtMs,
    expires_at_ms: expiresAtMs,
  };
}

/** Whether an order's claim is in the book. */
async function isThere(db: Kysely<Database>, id: string): Promise<boolean> {
  const row = await db.selectFrom('claims').select('id').where('id', '=', id).executeTakeFirst();
  return row !== undefined;
}

function toOpenRow(
  { id, keyId, idempotencyKey, fingerprint, createdAtMs }: NewClaim,
  instanceId: string | null,
): ClaimsTable {
  return {
    id,
    key_id: keyId,
    idempotency_key: idempotencyKey,
    fingerprint,
    state: 'open',
    answer_head: null,
    body_name: null,
    size_bytes: 0,
    created_at_ms: createdAtMs,
    ended_at_ms: null,
    expires_at_ms: null,
    instance_id: instanceId,
  };
}

async function listed(query: ClaimQuery): Promise<readonly EndedClaim[]> {
  return (await query.execute()).map(toEndedClaim);
}

function toNewClaim(row: Selectable<ClaimsTable>): NewClaim {
  return {
    id: row.id,
    keyId: row.key_id,
    idempotencyKey: row.idempotency_key,
    fingerprint: row.fingerprint,
    createdAtMs: row.created_at_ms,
  };
}

function toEndedClaim(row: Selectable<ClaimsTable>): EndedClaim {
  return {
    ...toNewClaim(row),
    state: row.state as ClaimEnd,
    answer: answerOf(row),
    endedAtMs: row.ended_at_ms ?? 0,
    expiresAtMs: row.expires_at_ms ?? 0,
  };
}

function answerOf({
  answer_head: head,
  body_name: blob,
  size_bytes: sizeBytes,
}: Selectable<ClaimsTable>): KeptAnswer | null {
  if (head === null || blob === null) return null;
  return { ...(JSON.parse(head) as Omit<KeptAnswer, 'blob' | 'sizeBytes'>), blob, sizeBytes };
}
