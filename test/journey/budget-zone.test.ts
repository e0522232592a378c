import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPeriods } from '../../src/admission/periods.ts';
import { createApp } from '../../src/app/lifecycle.ts';
import { administer } from '../../src/cli/open-records.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { openStore } from '../../src/store/sql/open-store.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { startGateway } from '../support/start-gateway.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.remove());

/** Draws beside a server, as `plantain generate` does that was not given the server's settings. */
async function drawLocally(
  dataDir: string,
  url: string | undefined,
  settings: Record<string, string> = {},
): Promise<void> {
  const env = {
    ...settings,
    PLANTAIN_DATA_DIR: dataDir,
    PLANTAIN_LOG_LEVEL: 'silent',
    ...(url !== undefined && { DATABASE_URL: url }),
  };
  const { config } = loadConfig({ flags: {}, env, cwd: dataDir });
  const app = await createApp(config);
  await app.runOrder({
    body: { prompt: 'a fox', response_format: 'b64_json' },
    signal: AbortSignal.timeout(30_000),
  });
  await app.drain();
}

async function zoneOf(dataDir: string, url: string | undefined): Promise<string | undefined> {
  const { db, close } = await openStore({ url, file: join(dataDir, 'plantain.db') });
  const row = await db
    .selectFrom('book_state')
    .select('value')
    .where('name', '=', 'time_zone')
    .executeTakeFirst();
  await close();
  return row?.value;
}

test.each([
  ['SQLite', (): string | undefined => undefined],
  ['PostgreSQL', () => server.url],
] as const)(
  'on %s only a server that starts changes the zone of budgets, not a command beside it with other settings',
  async (_name, place) => {
    const url: string | undefined = place();
    const dataDir = await mkdtemp(join(tmpdir(), 'plantain-zone-'));
    const env = url === undefined ? {} : { DATABASE_URL: url };
    const gateway = await startGateway({
      dataDir,
      env: { ...env, PLANTAIN_BUDGETS_TIME_ZONE: 'Europe/Berlin' },
    });
    expect(await zoneOf(dataDir, url)).toBe('Europe/Berlin');
    await drawLocally(dataDir, url);
    expect(await zoneOf(dataDir, url)).toBe('Europe/Berlin');
    await gateway.close();
    const next = await startGateway({ dataDir, env });
    expect(await zoneOf(dataDir, url)).toBe('UTC');
    await next.close();
    await rm(dataDir, { recursive: true });
  },
  60_000,
);

/** Never on the day of UTC for more than ten hours of it. */
const ahead = { PLANTAIN_BUDGETS_TIME_ZONE: 'Pacific/Kiritimati' };

test('a data folder that never had a server counts in the configured zone from its first local order on', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'plantain-zone-'));
  await drawLocally(dataDir, undefined, ahead);
  expect(await zoneOf(dataDir, undefined)).toBe('Pacific/Kiritimati');
  await drawLocally(dataDir, undefined);
  expect(await zoneOf(dataDir, undefined)).toBe('Pacific/Kiritimati');
  await rm(dataDir, { recursive: true });
});

test('and tells of its limits in that zone', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'plantain-zone-'));
  const { config } = loadConfig({ env: { ...ahead, PLANTAIN_DATA_DIR: dataDir }, cwd: dataDir });
  const { dayEndMs } = await administer(config, ({ book }) => book.allowances.periods());
  expect(dayEndMs).toBe(createPeriods('Pacific/Kiritimati')(Date.now()).dayEndMs);
  await rm(dataDir, { recursive: true });
});
