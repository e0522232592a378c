import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { migrate } from '../../src/store/sql/migrate.ts';
import { openDatabase } from '../../src/store/sql/open-database.ts';
import { openPostgres } from '../../src/store/sql/open-postgres.ts';
import { postgresReports } from '../../src/store/sql/postgres-reports.ts';
import { sqliteReports } from '../../src/store/sql/sqlite-reports.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { fillLedger } from './fill-ledger.ts';
import { type Figure, measureReports } from './measure-reports.ts';
import { pictureLatency } from './picture-latency.ts';

/** `npm run large-ledger`: what reports take on millions of orders, and what they take from pictures. See docs/testing.md. */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    on: { type: 'string', default: 'sqlite,postgres' },
  },
});
const rows = Number(values.rows);
const endMs = Math.floor(Date.now() / 3_600_000) * 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'plantain-large-'));
chmodSync(folder, 0o755);
const never = new AbortController().signal;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const seconds = (sinceMs: number): string => `${((performance.now() - sinceMs) / 1000).toFixed(0)} s`;

try {
  if (values.on.includes('sqlite')) await onSqlite();
  if (values.on.includes('postgres')) await onPostgres();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function onSqlite(): Promise<void> {
  const dataDir = join(folder, 'data');
  const path = join(dataDir, 'plantain.db');
  const database = openDatabase(path);
  await migrate(database.db);
  const startMs = performance.now();
  await fillLedger(database, { rows, endMs, path });
  print(
    `SQLite, ${rows.toLocaleString('en')} orders, ${megabytes(statSync(path).size)}, ${await hoursIn(database)} sums by hour, filled in ${seconds(startMs)}`,
  );
  const reader = await sqliteReports(path).open(never);
  await reader.totals({ by: [], fromMs: endMs });
  // Before the month goes: reports of a whole year beside pictures.
  const { alone, beside, reports } = await pictureLatency(dataDir);
  print(
    `pictures alone: p50 ${alone.p50Ms.toFixed(1)} ms, p99 ${alone.p99Ms.toFixed(1)} ms (${String(alone.pictures)})`,
  );
  print(
    `beside ${String(reports)} reports of the year, one after the other: p50 ${beside.p50Ms.toFixed(1)} ms, p99 ${beside.p99Ms.toFixed(1)} ms (${String(beside.pictures)}); p99 ratio ${(beside.p99Ms / alone.p99Ms).toFixed(3)}`,
  );
  printFigures(await measureReports(database, reader, endMs));
  await reader.close();
  await database.close();
}

async function onPostgres(): Promise<void> {
  const server = await startPostgres();
  const database = openPostgres(server.url, () => undefined, { maxConnections: 2, longestMs: 3_600_000 });
  const reports = postgresReports(server.url, () => undefined);
  try {
    await migrate(database.db, 'postgres');
    const startMs = performance.now();
    await fillLedger(database, { rows, endMs, path: join(folder, 'rows.csv') });
    const { rows: sizes } = await sql<{
      bytes: number;
    }>`select pg_database_size(current_database()) as bytes`.execute(database.db);
    print(
      `PostgreSQL, ${rows.toLocaleString('en')} orders, ${megabytes(Number(sizes[0]?.bytes))}, ${await hoursIn(database)} sums by hour, filled in ${seconds(startMs)}`,
    );
    const reader = await reports.open(never);
    printFigures(await measureReports(database, reader, endMs));
    await reader.close();
  } finally {
    await reports.close();
    await database.close();
    await server.remove();
  }
}

async function hoursIn({ db }: ReturnType<typeof openPostgres>): Promise<string> {
  const { rows: counts } = await sql<{ n: number }>`select count(*) as n from usage_hours`.execute(db);
  return Number(counts[0]?.n).toLocaleString('en');
}

function printFigures(figures: readonly Figure[]): void {
  for (const { what, bestMs } of figures) print(`  ${what.padEnd(36)} ${bestMs.toFixed(0).padStart(7)} ms`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
