import { type Command, InvalidArgumentError } from 'commander';
import { configSetting } from '../config/config-schema.ts';
import { databasePath } from '../config/file-places.ts';
import { parseTimeSpan } from '../kernel/quantities.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { configWithRecords } from './find-data-folder.ts';
import { startProgress } from './progress-line.ts';

const settings = [configSetting('dataDir'), configSetting('database.url')];

interface MigrateOptions {
  readonly dryRun?: true;
  readonly wait: number;
  readonly json?: true;
}

/** `plantain migrate`: the tables brought up to this version, ahead of the servers that need them. */
export function registerMigrateCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('migrate')
    .summary('bring the database up to this version')
    .description(
      'Bring the database up to this version, which servers do by themselves unless `database.migrate` is false. Servers of the version before go on beside it on PostgreSQL. Ends at once where there is nothing to do.',
    )
    .option('--dry-run', 'print the SQL of what is missing, and change nothing')
    .option('--wait <time>', 'how long to wait for a PostgreSQL that is starting', readWait, 0)
    .option('--json', 'print JSON');
  addConfigOptions(command, settings)
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain migrate --dry-run', 'what an upgrade would change'],
        ['plantain migrate --wait 60s', 'before new servers start, with DATABASE_URL set'],
      ]),
    )
    .action(async ({ dryRun, wait, json }: MigrateOptions, self: Command) => {
      const config = configWithRecords(loadCommandConfig(self, context, settings), context);
      const { inspectStore, migrateStore } = await import('../store/sql/migrate-store.ts');
      const place = { url: config.database.url, file: databasePath(config), patienceMs: wait };
      const stopProgress = startProgress(context.stderr, dryRun ? 'looking' : 'migrating');
      try {
        const { missing, unknown, newest, sql } = await inspectStore(place);
        const done = dryRun ? [] : await migrateStore(place);
        stopProgress();
        context.stdout.write(
          json
            ? `${JSON.stringify({ newest: done.at(-1) ?? newest ?? null, missing: dryRun ? missing : [], done, newer: unknown }, null, 2)}\n`
            : text({
                done,
                newest,
                isNewer: unknown.length > 0,
                sql: dryRun && missing.length > 0 ? sql : undefined,
              }),
        );
      } finally {
        stopProgress();
      }
    });
}

interface Outcome {
  readonly done: readonly string[];
  readonly newest: string | undefined;
  /** The database is a newer version's. */
  readonly isNewer: boolean;
  readonly sql: string | undefined;
}

function text({ done, newest = '', isNewer, sql }: Outcome): string {
  if (sql !== undefined) return sql;
  if (done.length > 0) return done.map((name) => `Done: ${name}\n`).join('');
  return isNewer
    ? `Nothing to do: the database is a newer version's (${newest}), and this one works on it.\n`
    : `Nothing to do: the database is up to date (${newest}).\n`;
}

function readWait(given: string): number {
  const waitMs = parseTimeSpan(given);
  if (waitMs === undefined || waitMs > 3_600_000)
    throw new InvalidArgumentError('Write a time such as 60s or 5m, up to 1h.');
  return waitMs;
}
