import { backup, DatabaseSync } from 'node:sqlite';
import { ensurePrivateFile } from '../disk/private-files.ts';
import { migrationTable } from '../sql/schema-state.ts';

/** Pages that are copied before others of this process get a turn. */
const pagesInTurn = 4096;

/**
 * Copies a database as it is at one moment, whoever writes it meanwhile. Throws Error with a plain sentence where it is
 * damaged.
 */
export async function copyDatabase(file: string, target: string): Promise<void> {
  const source = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  try {
    // A transaction holds that moment: without one the copy would begin anew with each order that is written meanwhile.
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    ensurePrivateFile(target);
    await backup(source, target, { rate: pagesInTurn });
  } finally {
    source.close();
  }
}

/** The steps that were done to a database that lies still. Throws Error with a plain sentence where it is damaged, or nobody's. */
export function appliedSteps(file: string): readonly string[] {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    const { quick_check: verdict } = database.prepare('PRAGMA quick_check(1)').get() ?? {};
    if (verdict !== 'ok') throw new Error(String(verdict));
    const rows = database.prepare(`SELECT name FROM ${migrationTable} ORDER BY name`).all();
    if (rows.length === 0) throw new Error('no step was done to it');
    return rows.map(({ name }) => String(name));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`its database is damaged, or not Plantain's: ${reason}`, { cause: error });
  } finally {
    database.close();
  }
}
