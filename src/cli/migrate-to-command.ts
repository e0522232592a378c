import { Argument, type Command } from 'commander';
import { configSetting } from '../config/config-schema.ts';
import { databasePath } from '../config/file-places.ts';
import { formatMicroUsd } from '../kernel/money.ts';
import type { Moved, MoveProgress } from '../store/sql/move-to-postgres.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { configWithRecords } from './find-data-folder.ts';
import { startProgress } from './progress-line.ts';
import { textTable } from './text-table.ts';

const settings = [configSetting('dataDir')];

/** `plantain migrate-to`: from the SQLite file of one server to a PostgreSQL that several share. */
export function registerMigrateToCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('migrate-to')
    .summary('move keys, limits and the ledger from the data folder to PostgreSQL')
    .description(
      'Copy keys, projects, limits, what is used of them, the ledger and everything else from the database in the data folder to an empty PostgreSQL, and compare counts and sums. The server has to be stopped. All of it is there at the end or, whatever happens, nothing; the data folder stays as it is.',
    )
    .addArgument(
      new Argument('[url]', 'postgres://user:password@host:5432/plantain; without it DATABASE_URL'),
    )
    .option('--json', 'print JSON');
  addConfigOptions(command, settings)
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain migrate-to postgres://plantain@db.internal/plantain', 'the server is stopped'],
        ['plantain migrate-to --data-dir /var/lib/plantain', 'to the address in DATABASE_URL'],
      ]),
    )
    .action(async (given: string | undefined, { json }: { json?: true }, self: Command) => {
      const loaded = loadCommandConfig(self, context, settings);
      const url = given ?? loaded.config.database.url;
      // It may hold a password, so it is not repeated.
      if (url === undefined || !/^postgres(?:ql)?:\/\/\S+$/.test(url))
        throw new CommandError(
          'Say where to, as in postgres://user:password@host:5432/plantain.',
          exitCodes.usage,
        );
      // Whatever the configuration says already, what is moved lies in the folder.
      const inFolder = { ...loaded.config, database: { ...loaded.config.database, url: undefined } };
      const config = configWithRecords({ ...loaded, config: inFolder }, context);
      let progress: MoveProgress = { table: 'looking', copied: 0, total: 0 };
      const stopProgress = startProgress(
        context.stderr,
        () => `${progress.table} ${String(progress.copied)} of ${String(progress.total)}`,
      );
      try {
        const { moveToPostgres } = await import('../store/sql/move-to-postgres.ts');
        const moved = await moveToPostgres(databasePath(config), url, (now) => {
          progress = now;
        });
        stopProgress();
        context.stdout.write(json ? movedJson(moved) : movedText(moved));
      } finally {
        stopProgress();
      }
    });
}

function movedJson({ tables, costMicroUsd }: Moved): string {
  const rows = Object.fromEntries(tables.map(({ name, rows: count }) => [name, count]));
  return `${JSON.stringify({ rows, ledger_cost_micro_usd: Number(costMicroUsd) }, null, 2)}\n`;
}

function movedText({ tables, costMicroUsd }: Moved): string {
  return `${textTable(
    ['Table', 'Rows'],
    tables.map(({ name, rows }) => [name, String(rows)]),
  )}
Copied, with the same counts and sums; the ledger's cost is ${formatMicroUsd(Number(costMicroUsd))}.
Start the servers with DATABASE_URL from now on. The database in the data folder is as it was: keep it as a backup.
`;
}
