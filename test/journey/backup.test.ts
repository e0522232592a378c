import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { withRecords } from '../../src/cli/open-records.ts';
import { runCommandLine } from '../../src/cli/run-command-line.ts';
import { openStore } from '../../src/store/sql/open-store.ts';
import { bookFaults } from '../support/book-faults.ts';
import { generate } from '../support/http.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

let work: string;
const gateways: Gateway[] = [];
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'plantain-backup-'));
});
afterEach(async () => {
  for (const gateway of gateways.splice(0)) await gateway.close();
  await rm(work, { recursive: true });
});

async function started(options: Parameters<typeof startGateway>[0]): Promise<Gateway> {
  const gateway = await startGateway(options);
  gateways.push(gateway);
  return gateway;
}
async function plantain(words: readonly string[], env: Record<string, string> = {}) {
  const context = capturedContext({ cwd: work, env });
  const exitCode = await runCommandLine(words, context);
  return { exitCode, out: context.out(), err: context.err() };
}

test('what is saved while orders come and go is whole at one moment: sums are those of the rows, keys work, links open', async () => {
  const gateway = await started({ dataDir: join(work, 'data') });
  const linked = await generate(gateway, { prompt: 'a fox', response_format: 'url' });
  const [{ url }] = ((await linked.json()) as { data: [{ url: string }] }).data;
  const drawing = new AbortController();
  // Some are open at any moment.
  const drawers = Array.from({ length: 4 }, async (_, drawer) => {
    for (let order = 0; !drawing.signal.aborted; order++)
      expect((await generate(gateway, { prompt: `${String(drawer)} ${String(order)}` })).status).toBe(200);
  });
  const archive = join(work, 'plantain.tar');
  for (let round = 0; round < 3; round++) {
    const saved = await plantain(['backup', archive, '--pictures', '--data-dir', gateway.dataDir]);
    expect(saved).toMatchObject({ exitCode: 0, err: '' });
  }
  drawing.abort();
  await Promise.all(drawers);

  const target = join(work, 'restored');
  expect(await plantain(['restore', archive, '--data-dir', target])).toMatchObject({ exitCode: 0, err: '' });
  const store = await openStore({ url: undefined, file: join(target, 'plantain.db') });
  const faults = await bookFaults(store.db);
  const open = await store.db.selectFrom('ledger').select('id').where('status', '=', 'open').execute();
  await store.close();
  expect(faults).toEqual([]);

  const again = await started({ dataDir: target });
  const picture = await fetch(`${again.url}${new URL(url).pathname}${new URL(url).search}`);
  expect([picture.status, picture.headers.get('content-type')?.split('/')[0]]).toEqual([200, 'image']);
  expect((await generate(again, { prompt: 'a hen' })).status).toBe(200);
  // Nobody knows what became of those that were under way.
  const lost = await withRecords(again.app.config, ({ ledger }) =>
    ledger.list({ limit: 1000, statuses: ['unknown'] }),
  );
  expect(lost.map(({ id }) => id).toSorted()).toEqual(open.map(({ id }) => id).toSorted());
}, 180_000);

test('with PostgreSQL the secrets are saved, and it is said how the rest is', async () => {
  const server = await startPostgres();
  try {
    const env = { DATABASE_URL: server.url };
    const gateway = await started({ dataDir: join(work, 'data'), env });
    await generate(gateway, { prompt: 'a fox', response_format: 'url' });
    const archive = join(work, 'plantain.tar');
    const saved = await plantain(['backup', archive, '--data-dir', gateway.dataDir, '--json'], env);
    expect(saved.err).toContain('pg_dump --format=custom');
    expect(JSON.parse(saved.out)).toMatchObject({ database: 'postgres', schema: null });
    const restored = await plantain(['restore', archive, '--data-dir', join(work, 'restored')], env);
    expect([restored.exitCode, restored.err]).toEqual([0, expect.stringContaining('pg_restore')]);

    const own = await started({ dataDir: join(work, 'own') });
    await plantain(['backup', archive, '--data-dir', own.dataDir]);
    const wrong = await plantain(['restore', archive, '--data-dir', join(work, 'wrong')], env);
    expect([wrong.exitCode, wrong.err]).toEqual([1, expect.stringContaining('migrate-to')]);
    await gateway.close();
    gateways.splice(0, 1);
  } finally {
    await server.remove();
  }
}, 120_000);
