import type { Command } from 'commander';
import { ConfigError } from '../config/config-error.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { checkPostgres } from './check-postgres.ts';
import { checkProxy } from './check-proxy.ts';
import { checkStore } from './check-store.ts';
import { checkUpstreams } from './check-upstream.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig, serverSettings } from './config-options.ts';
import {
  checkClock,
  checkDatabase,
  checkDataFolder,
  checkNode,
  checkPictureLibraries,
  checkPort,
} from './doctor-checks.ts';
import { doctorReport, type Finding } from './doctor-report.ts';
import { examplesHelp } from './examples-help.ts';
import { serverInstead } from './find-data-folder.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { startProgress } from './progress-line.ts';

export function registerDoctorCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('doctor')
    .summary('check that this machine is ready to serve')
    .description(
      'Check Node.js, configuration, data folder, database, S3 bucket, address, upstream and picture libraries. Draws nothing and costs nothing.',
    )
    .option('--json', 'print JSON');
  addConfigOptions(command, serverSettings)
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain doctor', 'before the first start, or when something is wrong'],
        ['plantain doctor --config /etc/plantain.yaml --json', 'for monitoring'],
      ]),
    )
    .action(async (options: { json?: true }, self: Command) => {
      const stopProgress = startProgress(context.stderr, 'checking');
      const load = () => loadCommandConfig(self, context, serverSettings);
      const findings = await examine(load, context).finally(stopProgress);
      context.stdout.write(options.json ? `${JSON.stringify(findings, null, 2)}\n` : doctorReport(findings));
      const failed = findings.filter(({ state }) => state === 'failed').map(({ check }) => check);
      if (failed.length > 0)
        throw new CommandError(`not ready: ${[...new Set(failed)].join(', ')}.`, exitCodes.failed);
    });
}

async function examine(load: () => LoadedConfig, context: CommandContext): Promise<readonly Finding[]> {
  let loaded: LoadedConfig;
  try {
    loaded = load();
    (await import('./check-settings.ts')).checkSettings(loaded);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.problems.map(
      (detail): Finding => ({
        check: 'config',
        state: 'failed',
        detail,
        fix: 'docs/configuration.md describes every setting.',
      }),
    );
    return [checkNode(), ...problems, checkClock(Date.now(), undefined), await checkPictureLibraries()];
  }
  const { file } = loaded;
  const server = serverInstead(loaded, context);
  const config = server === undefined ? loaded.config : { ...loaded.config, dataDir: server.dataDir };
  const upstream = await checkUpstreams(loaded);
  const dataFolder = checkDataFolder(config);
  return [
    checkNode(),
    { check: 'config', state: 'ok', detail: file === undefined ? 'no file; environment and defaults' : file },
    ...(server === undefined
      ? []
      : [{ check: 'server', state: 'ok' as const, detail: `${server.url} runs on ${server.dataDir}` }]),
    dataFolder,
    ...(config.database.url !== undefined
      ? await checkPostgres(config)
      : dataFolder.state === 'failed'
        ? []
        : [await checkDatabase(config)]),
    ...(await checkStore(config)),
    await checkPort(config),
    ...checkProxy(config),
    ...upstream.findings,
    checkClock(Date.now(), upstream.dateMs),
    await checkPictureLibraries(),
  ];
}
