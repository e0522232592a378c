import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { migrate } from '../../src/store/sql/migrate.ts';
import { type OpenDatabase, openDatabase } from '../../src/store/sql/open-database.ts';
import { openPostgres } from '../../src/store/sql/open-postgres.ts';
import { postgresReports } from '../../src/store/sql/postgres-reports.ts';
import { SqliteReports } from '../../src/store/sql/sqlite-reports.ts';
import type { ReportReader } from '../../src/usage/report-desk.ts';
import { allQuarters } from '../support/all-quarters.ts';
import { latencyLines, modelLoad, pictureLatency } from '../support/picture-latency.ts';
import { startPostgresIn } from '../support/postgres-server.ts';
import { fillLedger } from './fill-ledger.ts';
import { type Figure, measureReports } from './measure-reports.ts';

/** `npm run large-ledger`: what reports take on millions of orders, and what they take from pictures. See docs/testing.md. */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    on: { type: 'string', default: 'sqlite,postgres' },
    keep: { type: 'string' },
    'no-pictures': { type: 'boolean' },
    'fill-only': { type: 'boolean' },
  },
});
const rows = Number(values.rows);
const endMs = Math.floor(Date.now() / 3_600_000) * 3_600_000;
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'plantain-large-'));
mkdirSync(folder, { recursive: true });
chmodSync(folder, 0o755);
const never = new AbortController().signal;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

try {
  if (values.on.includes('sqlite')) await onSqlite();
  if (values.on.includes('postgres')) await onPostgres();
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
}

async function onSqlite(): Promise<void> {
  const dataDir = join(folder, 'data');
  const path = join(dataDir, 'plantain.db');
  const isKept = existsSync(path);
  const database = openDatabase(path);
  await migrate(database.db);
  const startMs = performance.now();
  if (!isKept) await fillLedger(database, rows, endMs);
  await allQuarters(database.db, 'sqlite');
  print(
    `SQLite, ${await contentsOf(database)}, ${megabytes(statSync(path).size)}, ${filled(isKept, startMs)}`,
  );
  if (values['fill-only'] === true) return database.close();
  const reports = new SqliteReports(path);
  const reader = await reports.open(never);
  const lastMs = isKept ? await endOf(reader) : endMs;
  if (values['no-pictures'] !== true) {
    // Before the month goes: reports of a whole year beside pictures.
    const found = await pictureLatency(dataDir, modelLoad, ['/admin/v1/usage?by=key']);
    for (const line of latencyLines(found, 'reports of the year, one after the other')) print(line);
  }
  await printFigures(measureReports(database, reader, lastMs));
  await reader.close();
  await reports.close();
  await database.close();
}

async function onPostgres(): Promise<void> {
  const place = join(folder, 'postgres');
  const isKept = existsSync(place);
  mkdirSync(place, { recursive: true });
  const server = await startPostgresIn(place);
  const database = openPostgres(server.url, () => undefined, { maxConnections: 2, longestMs: 3_600_000 });
  const reports = postgresReports(server.url, () => undefined);
  try {
    await sql`alter system set shared_buffers = '256MB'`.execute(database.db);
    await sql`alter system set max_wal_size = '4GB'`.execute(database.db);
    await server.stop('fast');
    await server.start();
    await migrate(database.db, 'postgres');
    const startMs = performance.now();
    if (!isKept) await fillLedger(database, rows, endMs);
    await allQuarters(database.db, 'postgres');
    const { rows: sizes } = await sql<{
      bytes: number;
    }>`select pg_database_size(current_database()) as bytes`.execute(database.db);
    print(
      `PostgreSQL, ${await contentsOf(database)}, ${megabytes(Number(sizes[0]?.bytes))}, ${filled(isKept, startMs)}`,
    );
    if (values['fill-only'] === true) return;
    const reader = await reports.open(never);
    await printFigures(measureReports(database, reader, isKept ? await endOf(reader) : endMs));
    await reader.close();
  } finally {
    await reports.close();
    await database.close();
    // Where it is not to be kept, its folder goes with the others.
    await server.stop('fast');
  }
}

/** The last order's hour is where a ledger that was kept ends. */
async function endOf(reader: ReportReader): Promise<number> {
  const [youngest] = await reader.orders({ limit: 1 });
  return Math.ceil((youngest?.createdAtMs ?? endMs) / 3_600_000) * 3_600_000;
}

async function contentsOf({ db }: OpenDatabase): Promise<string> {
  const names = ['ledger', 'usage_hours', 'usage_days', 'usage_quarters'] as const;
  const counts = names.map((name) => sql`(select count(*) from ${sql.table(name)}) as ${sql.ref(name)}`);
  const { rows: found } = await sql<
    Record<(typeof names)[number], number>
  >`select ${sql.join(counts)}`.execute(db);
  const [ledger, hours, days, quarters] = names.map((name) => Number(found[0]?.[name]).toLocaleString('en'));
  return `${ledger ?? ''} orders, ${hours ?? ''} sums by hour, ${days ?? ''} by day, ${quarters ?? ''} by quarter hour`;
}

function filled(isKept: boolean, startMs: number): string {
  return isKept ? 'kept from before' : `filled in ${((performance.now() - startMs) / 1000).toFixed(0)} s`;
}

async function printFigures(figures: AsyncIterable<Figure>): Promise<void> {
  for await (const { what, bestMs, cpuMs } of figures)
    print(
      `  ${what.padEnd(36)} ${bestMs.toFixed(0).padStart(7)} ms, ${cpuMs.toFixed(0).padStart(6)} ms of CPU here`,
    );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
