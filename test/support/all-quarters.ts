import type { Kysely } from 'kysely';
import type { Database } from '../../src/store/sql/database-schema.ts';
import { makeQuarters } from '../../src/store/sql/make-quarters.ts';
import type { DialectName } from '../../src/store/sql/migrations/column-kinds.ts';
import { quartersOf } from '../../src/store/sql/usage-quarters.ts';

/** Adds up by quarter hours every day that orders are of, today too; how many days that were not yet. */
export function allQuarters(db: Kysely<Database>, dialect: DialectName): Promise<number> {
  return makeQuarters({
    db,
    dialect,
    beforeMs: Number.MAX_SAFE_INTEGER,
    read: (dayMs) => quartersOf(db, dayMs),
    signal: new AbortController().signal,
  });
}
