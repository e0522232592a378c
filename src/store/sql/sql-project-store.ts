import type { Kysely, Selectable } from 'kysely';
import type { Project, ProjectStore } from '../../access/project-store.ts';
import { type Limits, noLimits } from '../../journey/limits.ts';
import { newAllowanceRow } from './allowance-row.ts';
import { allOrNothing } from './all-or-nothing.ts';
import type { Database, ProjectsTable } from './database-schema.ts';

/** Projects in SQL. */
export class SqlProjectStore implements ProjectStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  insert(project: Project, limits: Limits): Promise<boolean> {
    return allOrNothing(this.#db, async (db) => {
      const added = await db
        .insertInto('projects')
        .values(toRow(project))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (added.numInsertedOrUpdatedRows !== 1n) return false;
      await db.insertInto('allowances').values(newAllowanceRow(project.id, limits)).execute();
      return true;
    });
  }

  names(): Promise<readonly Pick<Project, 'id' | 'name'>[]> {
    return this.#db
      .selectFrom('projects')
      .select(['id', 'name'])
      .orderBy('created_at_ms')
      .orderBy('id')
      .execute();
  }

  async list(): Promise<readonly Project[]> {
    const rows = await this.#db
      .selectFrom('projects')
      .selectAll()
      .orderBy('created_at_ms')
      .orderBy('id')
      .execute();
    return rows.map(toProject);
  }

  async page({
    name,
    isArchived,
    beforeId,
    limit,
  }: Parameters<ProjectStore['page']>[0]): Promise<readonly Project[]> {
    let rows = this.#db.selectFrom('projects').selectAll().orderBy('id', 'desc').limit(limit);
    if (name !== undefined) rows = rows.where('name', '=', name);
    if (isArchived !== undefined) rows = rows.where('archived_at_ms', isArchived ? 'is not' : 'is', null);
    if (beforeId !== undefined) rows = rows.where('id', '<', beforeId);
    return (await rows.execute()).map(toProject);
  }

  async find(idOrName: string): Promise<Project | undefined> {
    const rows = await this.#db
      .selectFrom('projects')
      .selectAll()
      .where((or) => or.or([or('id', '=', idOrName), or('name', '=', idOrName)]))
      .execute();
    const row =
      rows.find(({ id }) => id === idOrName) ??
      rows.find((named) => named.archived_at_ms === null) ??
      rows[0];
    return row && toProject(row);
  }

  change(
    id: string,
    changes: Partial<Pick<Project, 'name' | 'archivedAtMs' | 'keyDefaults' | 'markupBasisPoints'>>,
  ): Promise<boolean> {
    return allOrNothing(this.#db, async (db) => {
      const row = await db
        .selectFrom('projects')
        .selectAll()
        .where('id', '=', id)
        .where('archived_at_ms', 'is', null)
        .executeTakeFirst();
      if (row === undefined) return false;
      const changed = { ...toProject(row), ...changes };
      const holder = await db
        .selectFrom('projects')
        .select('id')
        .where('name', '=', changed.name)
        .where('archived_at_ms', 'is', null)
        .where('id', '<>', id)
        .executeTakeFirst();
      if (holder !== undefined) return false;
      await db.updateTable('projects').set(toRow(changed)).where('id', '=', id).execute();
      return true;
    });
  }
}

function toRow({
  id,
  name,
  createdAtMs,
  archivedAtMs,
  keyDefaults,
  markupBasisPoints,
}: Project): ProjectsTable {
  const defaults = Object.entries(keyDefaults).filter(([, limit]) => limit !== null);
  return {
    id,
    name,
    created_at_ms: createdAtMs,
    archived_at_ms: archivedAtMs,
    key_defaults: defaults.length === 0 ? null : JSON.stringify(Object.fromEntries(defaults)),
    markup_basis_points: markupBasisPoints === 0 ? null : markupBasisPoints,
  };
}

function toProject(row: Selectable<ProjectsTable>): Project {
  return {
    id: row.id,
    name: row.name,
    createdAtMs: row.created_at_ms,
    archivedAtMs: row.archived_at_ms,
    markupBasisPoints: row.markup_basis_points ?? 0,
    keyDefaults: {
      ...noLimits,
      ...(row.key_defaults === null ? {} : (JSON.parse(row.key_defaults) as Partial<Limits>)),
    },
  };
}
