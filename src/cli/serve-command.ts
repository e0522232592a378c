import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { errorCodeOf } from '../kernel/error-code.ts';
import type { App } from '../app/lifecycle.ts';
import { packageManifest } from '../app/package-manifest.ts';
import { servesConsole } from '../config/console-section.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { stateDirectory } from '../config/file-places.ts';
import { upstreamsOf, usesSandbox } from '../config/upstream-list.ts';
import { FileWatch } from '../config/watch-file.ts';
import type { UpstreamCheck } from '../app/check-upstream-keys.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { CommandContext, TextOutput } from './command-context.ts';
import { checkSettings } from './check-settings.ts';
import { addConfigOptions, loadCommandConfig, serverSettings } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import type { KeySource } from './first-command.ts';
import { writeFirstKey } from './first-key-file.ts';
import { hangUps } from './hang-up.ts';
import { programName } from './program-name.ts';
import { serveBanner } from './serve-banner.ts';
import { leaveNote } from './server-notes.ts';
import { firstStopSignal } from './stop-signals.ts';
import { stoppingText } from './stopping-text.ts';

/** The server takes orders meanwhile; only the banner waits, so that it can tell of a wrong key. */
const maxBannerWaitMs = 1500;
/** How often the configuration file is looked at. */
const watchIntervalMs = 1000;

export function registerServeCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('serve')
    .summary("serve OpenAI's Images API")
    .description(
      "Serve OpenAI's Images API until a stop signal. Orders in flight then finish within the grace time; a second signal ends at once. SIGHUP and a change of the configuration file reload it.",
    );
  addConfigOptions(command, serverSettings)
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain serve', 'on 127.0.0.1:4747, drawing with the sandbox unless GEMINI_API_KEY is set'],
        ['GEMINI_API_KEY=... plantain serve --host 0.0.0.0', 'real pictures, for the whole network'],
        ['plantain serve --config /etc/plantain.yaml --port 0', 'another file, any free port'],
      ]),
    )
    .action(async (_options: unknown, self: Command) => {
      const loaded = loadCommandConfig(self, context, serverSettings);
      checkSettings(loaded);
      const signals = firstStopSignal(process, undefined, ['SIGINT', 'SIGTERM']);
      const { createApp } = await import('../app/lifecycle.ts');
      let latest = loaded;
      const app = await createApp(loaded.config, {
        reread: () => {
          latest = reread(self, context, loaded);
          return latest.config;
        },
        originOf: (at) => latest.originOf(at),
      });
      const hangUp = hangUps(() => void app.reload());
      const watch = watchConfig(loaded, context, () => void app.reload());
      watch?.start(watchIntervalMs);
      const stopped = Promise.race([signals.stopped, hangUp.gone]);
      const people = peopleOutput(loaded, context);
      let forget = (): void => undefined;
      try {
        const url = await listen(app, people);
        forget = leaveNote(stateDirectory(context.env), {
          url,
          dataDir: loaded.config.dataDir,
          pid: process.pid,
        });
        await greet(app, url, loaded, { people, cwd: context.cwd }, stopped);
        await stopped;
        people.write(stoppingText(app.openRequests, loaded.config.shutdownGraceMs));
      } finally {
        forget();
        watch?.stop();
        await app.drain();
        hangUp.release();
        signals.release();
      }
    });
}

/** The configuration as it is now, of the same file: without it, a server would fall back to its defaults. */
function reread(self: Command, context: CommandContext, { file }: LoadedConfig): LoadedConfig {
  const loaded = loadCommandConfig(self, context, serverSettings, file);
  checkSettings(loaded);
  return loaded;
}

function watchConfig(
  { config, file }: LoadedConfig,
  { cwd }: CommandContext,
  onChange: () => void,
): FileWatch | undefined {
  return config.watchConfig && file !== undefined
    ? new FileWatch(path.resolve(cwd, file), onChange)
    : undefined;
}

/** Where sentences for people go: without a terminal, or where JSON is asked for, a machine reads standard output. */
function peopleOutput({ config }: LoadedConfig, { stdout, stderr }: CommandContext): TextOutput {
  return stdout.isTTY === true && config.log.format !== 'json' ? stdout : stderr;
}

/** The banner; with what is wrong with upstreams' keys, or followed by it where that takes longer. */
async function greet(
  app: App,
  url: string,
  loaded: LoadedConfig,
  { people, cwd }: { readonly people: TextOutput; readonly cwd: string },
  stopped: Promise<unknown>,
): Promise<void> {
  const { config } = loaded;
  const troubleOf = async (checks: readonly UpstreamCheck[]): Promise<readonly string[]> => {
    const refused = checks.filter(({ fault }) => fault !== null);
    if (refused.length === 0) return [];
    const { judgeUpstreamKey } = await import('./check-upstream.ts');
    return refused.map((check) => {
      const { detail, fix = '' } = judgeUpstreamKey(loaded, check);
      return `${detail}. ${fix}`;
    });
  };
  const troubles = app.checkKeys().then(troubleOf);
  const isLate = Symbol('late');
  const late = Promise.race([stopped, sleep(maxBannerWaitMs, undefined, { ref: false })]).then(() => isLate);
  const early = await Promise.race([troubles, late]);
  people.write(
    serveBanner({
      version: packageManifest.version,
      url,
      upstreams: usesSandbox(config) ? [] : upstreamsOf(config),
      troubles: Array.isArray(early) ? early : [],
      dataDir: config.dataDir,
      firstKey: firstKeyFor(app, people),
      hasBootstrapKey: config.bootstrapKey !== undefined,
      leftOpenOrders: app.leftOpenOrders,
      console: servesConsole(config) ? { claimToken: app.claimToken } : undefined,
      platform: process.platform,
      program: programName(cwd),
    }),
  );
  if (early === isLate)
    void troubles.then((told) => told.forEach((trouble) => people.write(`plantain: ${trouble}\n`)));
}

/** A key is shown on a terminal alone: anything else may be kept by a log. */
function firstKeyFor({ firstKey, config }: App, people: TextOutput): KeySource | undefined {
  if (firstKey === undefined) return undefined;
  const file = people.isTTY === true ? undefined : writeFirstKey(config.dataDir, firstKey);
  return file === undefined ? { key: firstKey } : { file };
}

async function listen(app: App, people: TextOutput): Promise<string> {
  try {
    return (await app.listen()).url;
  } catch (error) {
    // The key is made before the address is taken, and is never shown again.
    const made = firstKeyFor(app, people);
    if (made !== undefined)
      people.write(
        'key' in made
          ? `Your API key, shown only this once: ${made.key}\n`
          : `Your API key is in ${made.file}, for this user alone.\n`,
      );
    throw listenFailure(error, app.config.host, app.config.port);
  }
}

/** Why the address cannot be listened on, with the way out. */
export function listenFailure(error: unknown, host: string, port: number): CommandError {
  if (error instanceof PlantainError) return new CommandError(error.message, exitCodes.failed, error);
  const address = `${host}:${String(port)}`;
  const code = errorCodeOf(error);
  const reasons: Record<string, string> = {
    EADDRINUSE: `${address} is in use. Stop what listens there, or take another port: --port ${String(port + 1)} (0 takes any free one).`,
    EACCES: `this user may not listen on ${address}. Take a port above 1023, such as --port 4747.`,
    EADDRNOTAVAIL: `this machine has no address ${host}. Listen on 127.0.0.1, or on 0.0.0.0 for every interface.`,
    ENOTFOUND: `the host name ${host} is not known. Listen on 127.0.0.1, or on 0.0.0.0 for every interface.`,
  };
  const message = error instanceof Error ? error.message : String(error);
  const reason = code === undefined ? message : (reasons[code] ?? `cannot listen on ${address}: ${message}`);
  return new CommandError(reason, exitCodes.failed, error);
}
