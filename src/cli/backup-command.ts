import type { Command } from 'commander';
import { packageManifest } from '../app/package-manifest.ts';
import { configSetting } from '../config/config-schema.ts';
import { formatBytes } from '../kernel/quantities.ts';
import type { BackupManifest } from '../store/backup/backup-manifest.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { configWithRecords } from './find-data-folder.ts';
import { interruptible } from './interruptible.ts';
import { startProgress } from './progress-line.ts';

const settings = [configSetting('dataDir'), configSetting('database.url')];

interface BackupOptions {
  readonly pictures?: true;
  readonly json?: true;
}

/** `plantain backup`: one file of what a data folder holds, also while the server runs. */
export function registerBackupCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('backup <file>')
    .summary('save keys, ledger and secrets in one file, also while the server runs')
    .description(
      'Save what the data folder holds in one tar file, for its owner alone: the database as it is at one moment, whatever is drawn meanwhile, and the secrets that links and the admin API need, with a checksum of each. The file takes its name once it is whole.',
    )
    .option('--pictures', 'stored pictures too')
    .option('--json', 'print its manifest');
  addConfigOptions(command, settings)
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain backup plantain.tar', 'before an upgrade'],
        ['plantain backup plantain.tar --pictures', 'with what links lead to'],
        ['plantain backup - | gzip > plantain.tar.gz', 'packed, or encrypted, on its way'],
      ]),
    )
    .action(async (file: string, { pictures, json }: BackupOptions, self: Command) => {
      const config = configWithRecords(loadCommandConfig(self, context, settings), context);
      if (pictures && config.storage.kind === 's3')
        throw new CommandError(
          'pictures lie in the bucket: its versioning, or a copy of it, is their backup. Leave --pictures away.',
          exitCodes.usage,
        );
      if (file === '-' && (json || context.stdout.isTTY))
        throw new CommandError('standard output is a terminal, or for JSON. Name a file.', exitCodes.usage);
      const [{ writeBackup }, { backupOutput }] = await Promise.all([
        import('../store/backup/write-backup.ts'),
        import('./backup-output.ts'),
      ]);
      const isPostgres = config.database.url !== undefined;
      const output = await backupOutput(file, context, config.dataDir);
      const stopProgress = startProgress(context.stderr, 'saving');
      try {
        const manifest = await interruptible(context, (signal) =>
          writeBackup(
            {
              dataDir: config.dataDir,
              database: isPostgres ? 'postgres' : 'sqlite',
              withPictures: pictures === true,
              workFolder: output.folder,
              version: packageManifest.version,
              nowMs: Date.now(),
              signal,
            },
            output.send,
          ),
        );
        await output.keep();
        stopProgress();
        if (isPostgres) context.stderr.write(postgresNote);
        if (json) context.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
        else if (file !== '-') context.stdout.write(summary(file, manifest));
      } finally {
        stopProgress();
        await output.discard();
      }
    });
}

const postgresNote =
  'plantain: keys, limits and the ledger are in PostgreSQL, and not in this file. Save them with it: pg_dump --format=custom --file=plantain.dump "$DATABASE_URL"\n';

function summary(file: string, { files, schema }: BackupManifest): string {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const what = files.length === 1 ? '1 file' : `${String(files.length)} files`;
  const database = schema === null ? '' : `, the database with ${schema}`;
  return `Saved ${what} in ${file}: ${formatBytes(bytes)}${database}.\n`;
}
