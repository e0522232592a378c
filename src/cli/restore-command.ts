import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { configSetting } from '../config/config-schema.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { interruptible } from './interruptible.ts';
import { startProgress } from './progress-line.ts';
import { systemReason } from './system-reason.ts';

const settings = [configSetting('dataDir'), configSetting('database.url')];

interface RestoreOptions {
  readonly force?: true;
  readonly json?: true;
}

/** `plantain restore`: a data folder out of what `plantain backup` saved. */
export function registerRestoreCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('restore <file>')
    .summary('make a data folder out of a backup')
    .description(
      'Put what `plantain backup` saved into the data folder, which has to be empty, or new. Every file is checked against its checksum first: all of it is there at the end, or the folder is as it was. A running server and a backup of a newer version are refused.',
    )
    .option('--force', 'replace what is there')
    .option('--json', 'print the manifest of the backup');
  addConfigOptions(command, settings)
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain restore plantain.tar --data-dir beside', 'beside the old one'],
        ['plantain restore plantain.tar --force', 'in its place; the server is stopped'],
        ['gunzip -c plantain.tar.gz | plantain restore - --data-dir unpacked', 'from standard input'],
      ]),
    )
    .action(async (file: string, { force, json }: RestoreOptions, self: Command) => {
      const { config } = loadCommandConfig(self, context, settings);
      const { restoreBackup } = await import('../store/backup/restore-backup.ts');
      const handle = file === '-' ? undefined : await opened(path.resolve(context.cwd, file));
      const chunks = handle?.createReadStream({ autoClose: false }) ?? context.stdin;
      const stopProgress = startProgress(context.stderr, 'restoring');
      try {
        const manifest = await interruptible(context, (signal) =>
          restoreBackup({
            dataDir: config.dataDir,
            chunks,
            replaces: force === true,
            usesPostgres: config.database.url !== undefined,
            signal,
          }),
        );
        stopProgress();
        if (manifest.database === 'postgres')
          context.stderr.write(
            'plantain: keys, limits and the ledger were in PostgreSQL, and are not in this backup. Restore them with it: pg_restore --dbname="$DATABASE_URL" plantain.dump\n',
          );
        context.stdout.write(
          json
            ? `${JSON.stringify(manifest, null, 2)}\n`
            : `Restored ${config.dataDir} as it was at ${manifest.made_at}, with Plantain ${manifest.plantain}.\n`,
        );
      } finally {
        stopProgress();
        await handle?.close();
      }
    });
}

/** Opened at once: a file that is not there is told before anything else is looked at. */
async function opened(file: string): Promise<FileHandle> {
  try {
    return await open(file);
  } catch (error) {
    const reason = error instanceof Error ? systemReason(error) : String(error);
    throw new CommandError(`${file} cannot be read: ${reason}.`, exitCodes.usage, error);
  }
}
