import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PostgresServer, startPostgres } from '../../test/support/postgres-server.ts';
import { loadConfig } from '../config/load-config.ts';
import { allMigrations, migrate } from '../store/sql/migrate.ts';
import { openPostgres } from '../store/sql/open-postgres.ts';
import { checkPostgres, judgePostgres, judgeSchema } from './check-postgres.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.remove());

const findings = (url: string, env: Record<string, string> = {}) =>
  checkPostgres(loadConfig({ cwd: '/tmp', flags: {}, env: { DATABASE_URL: url, ...env } }).config);

const well = {
  versionNumber: 150_018,
  version: '15.18',
  timeZone: 'UTC',
  fsync: 'on',
  synchronousCommit: 'on',
  isPooled: false,
  skewMs: 3,
  servers: ['0.2.0', '0.2.0', '0.1.0'],
};

test('one that is well has one line, with the servers that are alive', () => {
  expect(judgePostgres(well)).toEqual([
    {
      check: 'database',
      state: 'ok',
      detail: 'PostgreSQL 15.18, time zone UTC; 3 servers are alive (0.2.0, 0.1.0)',
    },
  ]);
});

test.each([
  [{ versionNumber: 140_011 }, 'failed', /15 or newer/],
  [{ fsync: 'off' }, 'note', /fsync = on/],
  [{ synchronousCommit: 'off' }, 'note', /synchronous_commit = on/],
  [{ isPooled: true }, 'note', /database\.migrate: false/],
  [{ skewMs: -60_001 }, 'note', /time service/],
  [{ skewMs: 60_001 }, 'note', /time service/],
] as const)('%j is told, with the cure', (changes, state, fix) => {
  const found = judgePostgres({ ...well, ...changes }).filter((finding) => finding.state !== 'ok');
  expect(found).toEqual([
    { check: 'database', state, detail: expect.any(String), fix: expect.stringMatching(fix) },
  ]);
});

test('a real one is looked at before it has tables, with those of an earlier version, and as it should be; nothing is changed', async () => {
  const state = async (env?: Record<string, string>) => (await findings(server.url, env)).at(-1);
  expect(await state()).toEqual({
    check: 'schema',
    state: 'ok',
    detail: 'no tables yet; the next start makes them',
  });
  const { db, close } = openPostgres(server.url);
  const [first = ['', undefined]] = Object.entries(allMigrations('postgres'));
  await migrate(db, 'postgres', Object.fromEntries([first]) as ReturnType<typeof allMigrations>);
  expect((await state())?.detail).toMatch(
    /^0 live keys; \d+ changes to this version; the next start makes them$/,
  );
  expect(await state({ PLANTAIN_DATABASE_MIGRATE: 'false' })).toMatchObject({
    state: 'failed',
    fix: 'Run `plantain migrate`: database.migrate is false.',
  });
  await migrate(db, 'postgres');
  const [database, schema, ...others] = await findings(server.url);
  expect(others).toEqual([]);
  expect(database?.state).toBe('ok');
  expect(database?.detail).toMatch(/^PostgreSQL 1\d\.\d+.*; no server is alive$/);
  expect(schema).toEqual({ check: 'schema', state: 'ok', detail: 'opens; 0 live keys' });
  await close();
}, 60_000);

test('one that cannot be reached is told without its password', async () => {
  const found = await findings('postgres://me:my-password@127.0.0.1:1/plantain');
  expect(found).toMatchObject([{ check: 'database', state: 'failed' }]);
  expect(JSON.stringify(found)).not.toContain('my-password');
});

/** As PgBouncer does, it gives the client a process of its own to cancel, and may refuse what it does not know. */
async function throughPooler(refused: string | undefined) {
  const sockets = new Set<Socket>();
  const pooler = createServer((client) => {
    const { hostname, port } = new URL(server.url);
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.once('data', (chunk: Buffer) => {
      if (refused === undefined || !chunk.includes(refused)) {
        upstream.write(chunk);
        client.pipe(upstream);
        return;
      }
      const fields = `SFATAL\0C08P01\0Munsupported startup parameter: ${refused}\0\0`;
      const head = Buffer.from([0x45, 0, 0, 0, 4 + fields.length]);
      client.end(Buffer.concat([head, Buffer.from(fields)]));
    });
    upstream.on('data', (chunk: Buffer) => {
      // BackendKeyData: K, length 12, process, secret.
      const at = chunk.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]));
      if (at >= 0) chunk.writeInt32BE(1, at + 5);
      client.write(chunk);
    });
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((listening) => {
    pooler.listen(0, '127.0.0.1', listening);
  });
  const through = new URL(server.url);
  through.port = String((pooler.address() as AddressInfo).port);
  const found = await findings(through.href);
  for (const socket of sockets) socket.destroy();
  pooler.close();
  return found;
}

test('a pooler is noticed by who answers, and one that refuses the time limits with the cure', async () => {
  const noticed = 'a pooler such as PgBouncer is between';
  const found = await throughPooler(undefined);
  expect(found.filter(({ state }) => state !== 'ok').map(({ detail }) => detail)).toEqual([noticed]);
  const strict = await throughPooler('statement_timeout');
  expect(strict.filter(({ state }) => state !== 'ok')).toMatchObject([
    { detail: noticed },
    {
      check: 'schema',
      state: 'failed',
      detail: 'unsupported startup parameter: statement_timeout',
      fix: expect.stringContaining('ignore_startup_parameters') as string,
    },
  ]);
}, 60_000);

test('tables of a newer version that this one works on are well', () => {
  const schema = { applied: ['0001-a', '9999-b'], missing: [], unknown: ['9999-b'], compatibleFrom: '0029' };
  expect(judgeSchema({ schema, liveKeys: 1 }, true)).toEqual({
    check: 'schema',
    state: 'ok',
    detail: '1 live key; the tables of a newer version, which this one works on',
  });
});
