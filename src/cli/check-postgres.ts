import type { Config } from '../config/config-schema.ts';
import { isStorageFailure } from '../kernel/storage-failure.ts';
import type { PostgresFacts, StoreFacts } from '../store/sql/examine-store.ts';
import { type Finding, reasonOf } from './doctor-report.ts';

/** The oldest that has what the statements need. */
const leastVersion = 15;
/** Times of orders are the database's; ids begin with the server's, and a report looks for both together. */
const maxSkewMs = 60_000;

/** Looks at the PostgreSQL that several servers share. Changes nothing. */
export async function checkPostgres(config: Config): Promise<readonly Finding[]> {
  const { url, migrate } = config.database;
  if (url === undefined) return [];
  const { examinePostgres, examineStore } = await import('../store/sql/examine-store.ts');
  let facts: PostgresFacts;
  try {
    facts = await examinePostgres(url);
  } catch (error) {
    return [
      {
        check: 'database',
        state: 'failed',
        detail: `PostgreSQL cannot be reached: ${reasonOf(error)}`,
        fix: 'Check database.url (host, port, user, password, database), and that the server lets this machine in.',
      },
    ];
  }
  const findings = judgePostgres(facts);
  try {
    const stored = await examineStore({ url, file: '' });
    return [...findings, judgeSchema(stored, migrate)];
  } catch (error) {
    // The operator reads this, whom callers are sent to for the cause.
    const reason = reasonOf(isStorageFailure(error) ? (error.cause ?? error) : error);
    return [
      ...findings,
      {
        check: 'schema',
        state: 'failed',
        detail: reason,
        fix: /startup parameter/.test(reason)
          ? 'PgBouncer refuses the time limits: set ignore_startup_parameters, as docs/upgrading.md says.'
          : 'The message names the cause.',
      },
    ];
  }
}

/** What of a PostgreSQL is well, and what is not. */
export function judgePostgres(facts: PostgresFacts): readonly Finding[] {
  const { version, timeZone, servers, skewMs } = facts;
  const alive =
    servers.length === 0
      ? 'no server is alive'
      : `${String(servers.length)} ${servers.length === 1 ? 'server is' : 'servers are'} alive (${[...new Set(servers)].join(', ')})`;
  const detail = `PostgreSQL ${version}, time zone ${timeZone}; ${alive}`;
  const notes: Finding[] = [];
  const note = (what: string, fix: string): void => {
    notes.push({ check: 'database', state: 'note', detail: what, fix });
  };
  if (facts.fsync === 'off')
    note('fsync is off: a power cut can lose orders that were paid for', 'Set fsync = on.');
  if (facts.synchronousCommit === 'off')
    note(
      'synchronous_commit is off: a crash can lose orders that were paid for',
      'Set synchronous_commit = on, at least for this database: alter database … set synchronous_commit = on.',
    );
  if (facts.isPooled)
    note(
      'a pooler such as PgBouncer is between',
      'Let `plantain migrate` go straight to PostgreSQL, with database.migrate: false for the servers; docs/upgrading.md says how.',
    );
  if (Math.abs(skewMs) > maxSkewMs)
    note(
      `its clock is ${String(Math.round(Math.abs(skewMs) / 1000))} seconds ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's`,
      'Start the time service on both machines.',
    );
  const isOld = facts.versionNumber < leastVersion * 10_000;
  return [
    isOld
      ? {
          check: 'database',
          state: 'failed',
          detail,
          fix: `Upgrade PostgreSQL: it has to be ${String(leastVersion)} or newer.`,
        }
      : { check: 'database', state: 'ok', detail },
    ...notes,
  ];
}

/** Whether a server of this version would start on the tables. */
export function judgeSchema({ schema, liveKeys }: StoreFacts, migrates: boolean, check = 'schema'): Finding {
  const keys = `${String(liveKeys)} live ${liveKeys === 1 ? 'key' : 'keys'}`;
  const missing = schema.missing.length;
  if (missing > 0) {
    const what =
      schema.applied.length === 0
        ? 'no tables yet'
        : `${keys}; ${String(missing)} ${missing === 1 ? 'change' : 'changes'} to this version`;
    return migrates
      ? { check, state: 'ok', detail: `${what}; the next start makes them` }
      : { check, state: 'failed', detail: what, fix: 'Run `plantain migrate`: database.migrate is false.' };
  }
  return schema.unknown.length > 0
    ? { check, state: 'ok', detail: `${keys}; the tables of a newer version, which this one works on` }
    : { check, state: 'ok', detail: `opens; ${keys}` };
}
