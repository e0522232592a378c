import { sql } from 'kysely';
import { Client } from 'pg';
import { allMigrations } from './migrate.ts';
import { openWith, type StorePlace } from './open-store.ts';
import { silentMs } from './instance.ts';
import { compatibleState, type SchemaState } from './schema-state.ts';

export interface StoreFacts {
  readonly schema: SchemaState;
  readonly liveKeys: number;
}

/** What there is in a database, of whichever version. Throws where this version cannot work on it; changes nothing. */
export async function examineStore(place: StorePlace): Promise<StoreFacts> {
  const { opened, value } = await openWith(place, async ({ db, dialect }) => {
    const known = Object.keys(allMigrations(dialect));
    const schema = await compatibleState(db, known);
    if (schema.applied.length === 0) return { schema, liveKeys: 0 };
    const { rows } = await sql<{
      n: number;
    }>`select count(*) as n from api_keys where revoked_at_ms is null`.execute(db);
    return { schema, liveKeys: rows[0]?.n ?? 0 };
  });
  await opened.close();
  return value;
}

export interface PostgresFacts {
  /** As in `150018`, and as people write it. */
  readonly versionNumber: number;
  readonly version: string;
  readonly timeZone: string;
  readonly fsync: string;
  readonly synchronousCommit: string;
  /** Whether who answered is not who does the work: a pooler is between. */
  readonly isPooled: boolean;
  /** The clock there less the one here, as far as the way lets tell. */
  readonly skewMs: number;
  /** Versions of the servers that live, one for each. */
  readonly servers: readonly string[];
}

const timeoutMs = 5000;

/** What a PostgreSQL says of itself, over a plain connection that asks for nothing special. */
export async function examinePostgres(url: string): Promise<PostgresFacts> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    application_name: 'plantain doctor',
  });
  // One that breaks in between tells it here too, and unheard that would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const askedMs = Date.now();
    const { rows } = await client.query<Record<string, string>>(`select
      current_setting('server_version_num') as number, current_setting('server_version') as version,
      current_setting('TimeZone') as zone, current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as synchronous, pg_backend_pid()::text as pid,
      (extract(epoch from clock_timestamp()) * 1000)::text as now, to_regclass('instances')::text as instances`);
    const halfwayMs = (askedMs + Date.now()) / 2;
    const facts = rows[0] ?? {};
    const servers = facts['instances']
      ? await client.query<{ version: string }>(
          `select version from instances where ended_at_ms is null
            and heartbeat_at_ms > extract(epoch from clock_timestamp()) * 1000 - ${String(silentMs)} order by version`,
        )
      : { rows: [] };
    return {
      versionNumber: Number(facts['number']),
      version: facts['version'] ?? '',
      timeZone: facts['zone'] ?? '',
      fsync: facts['fsync'] ?? '',
      synchronousCommit: facts['synchronous'] ?? '',
      isPooled: processIdOf(client) !== Number(facts['pid']),
      skewMs: Math.round(Number(facts['now']) - halfwayMs),
      servers: servers.rows.map(({ version }) => version),
    };
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The process that took the connection, by what it said at its start. */
function processIdOf(client: Client): number | undefined {
  return 'processID' in client && typeof client.processID === 'number' ? client.processID : undefined;
}
