import { Kysely, type LogEvent } from 'kysely';
import type { Database } from './database-schema.ts';
import { allMigrations, recordingMigrations } from './migrate.ts';
import type { DialectName } from './migrations/column-kinds.ts';
import { dryDialects } from './query-runner.ts';

/**
 * The statements of these steps, one after the other, as they would be run; none is. A step that reads rows to decide
 * what to do finds none.
 */
export async function migrationSql(dialect: DialectName, names: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const db = new Kysely<Database>({
    dialect: dryDialects[dialect],
    log: ({ query }: LogEvent) => {
      const given = query.parameters.length === 0 ? '' : ` -- ${JSON.stringify(query.parameters)}`;
      lines.push(`${query.sql.replace(/(?<!\s)\s*\n\s*/g, ' ')};${given}`);
    },
  });
  for (const [name, change] of Object.entries(recordingMigrations(allMigrations(dialect)))) {
    if (!names.includes(name)) continue;
    lines.push(`-- ${name}`);
    await change.up(db);
  }
  return `${lines.join('\n')}\n`;
}
