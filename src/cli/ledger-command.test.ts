import { afterEach, beforeEach, expect, test } from 'vitest';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { earlierDataFolder } from '../../test/support/earlier-data-folder.ts';
import { openDatabase } from '../store/sql/open-database.ts';
import { migrate } from '../store/sql/migrate.ts';
import { SqlLedger } from '../store/sql/sql-ledger.ts';
import { runCommandLine } from './run-command-line.ts';

let folder: ReturnType<typeof earlierDataFolder>;
const lost = 'req_0mwwzhp304eiQxrfuyJM3oF8';
beforeEach(async () => {
  folder = earlierDataFolder();
  const { db, close } = openDatabase(`${folder.path}/plantain.db`);
  await migrate(db);
  await new SqlLedger(db).closeLeftOpen(Date.now());
  await close();
});
afterEach(() => folder.remove());

async function settle(...words: string[]) {
  const context = { ...capturedContext(), cwd: folder.path, env: { PLANTAIN_DATA_DIR: folder.path } };
  const exitCode = await runCommandLine(['ledger', 'settle', ...words], context);
  return { exitCode, out: context.out(), err: context.err() };
}

test('an order that a server was killed under is settled at what the bill says, once', async () => {
  const words = ['--cost', '0.08', '--pictures', '2', '--reason', 'October bill'];
  expect(await settle(lost, ...words)).toEqual({
    exitCode: 0,
    out: `Settled ${lost} at $0.08; until now it counted as $0.718635.\n`,
    err: '',
  });
  expect((await settle(lost, ...words)).err).toBe(
    `plantain: ${lost} is settled: it is succeeded and cost $0.08.\n`,
  );
  const context = { ...capturedContext(), cwd: folder.path, env: { PLANTAIN_DATA_DIR: folder.path } };
  await runCommandLine(['audit', '--json'], context);
  expect(JSON.parse(context.out())).toMatchObject([
    {
      actor: 'command line',
      action: 'order.settle',
      subject: lost,
      before: { status: 'unknown', cost_micro_usd: 718_635 },
      after: { status: 'succeeded', cost_micro_usd: 80_000, images_delivered: 2, reason: 'October bill' },
    },
  ]);
});

test.each([
  [['req_none', '--cost', '0', '--reason', 'r'], /there is no order req_none in the ledger/],
  [[lost, '--reason', 'r'], /--cost <amount>' not specified/],
  [[lost, '--cost', '0'], /--reason <reason>' not specified/],
  [[lost, '--cost', '0', '--reason', ' '], /sentence of up to 500 characters/],
  [[lost, '--cost', '2000000', '--reason', 'r'], /at most a million dollars/],
  [[lost, '--cost', '0.718636', '--reason', 'r'], /reserved \$0\.718635/],
  [[lost, '--cost', '-1', '--reason', 'r'], /Write dollars such as 0\.04/],
  [[lost, '--cost', '0', '--reason', 'r', '--pictures', '3'], /asked for 2 pictures/],
])('%j is refused, and nothing changes', async (words, message) => {
  const { exitCode, err } = await settle(...words);
  expect(exitCode).toBe(2);
  expect(err).toMatch(message);
});
