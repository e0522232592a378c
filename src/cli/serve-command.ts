import type { Command } from 'commander';
import { usesSandbox } from '../config/config-schema.ts';
import type { App } from '../app/lifecycle.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig, serverSettings } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { packageManifest } from '../app/package-manifest.ts';
import { serveBanner } from './serve-banner.ts';
import { firstStopSignal } from './stop-signals.ts';

export function registerServeCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('serve')
    .summary("serve OpenAI's Images API")
    .description(
      "Serve OpenAI's Images API until a stop signal. Orders in flight then finish within the grace time; a second signal ends at once.",
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
      (await import('./check-settings.ts')).checkSettings(loaded);
      const { config } = loaded;
      const signals = firstStopSignal();
      const { createApp } = await import('../app/lifecycle.ts');
      const app = await createApp(config);
      try {
        const { url } = await listen(app, context);
        const banner = serveBanner({
          version: packageManifest.version,
          url,
          upstream: usesSandbox(config)
            ? undefined
            : { name: app.upstreamName, baseUrl: config.gemini.baseUrl },
          dataDir: config.dataDir,
          firstKey: app.firstKey,
          hasBootstrapKey: config.bootstrapKey !== undefined,
          leftOpenOrders: app.leftOpenOrders,
        });
        // Who asks for JSON reads standard output with a machine.
        (config.log.format === 'json' ? context.stderr : context.stdout).write(banner);
        await signals.stopped;
      } finally {
        await app.drain();
        signals.release();
      }
    });
}

async function listen(app: App, { stdout }: CommandContext): Promise<{ readonly url: string }> {
  try {
    return await app.listen();
  } catch (error) {
    // The key is made before the address is taken, and is never shown again.
    if (app.firstKey !== undefined) stdout.write(`Your API key, shown only this once: ${app.firstKey}\n`);
    throw listenFailure(error, app.config.host, app.config.port);
  }
}

/** Why the address cannot be listened on, with the way out. */
export function listenFailure(error: unknown, host: string, port: number): CommandError {
  if (error instanceof PlantainError) return new CommandError(error.message, exitCodes.failed, error);
  const address = `${host}:${String(port)}`;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const reasons: Record<string, string> = {
    EADDRINUSE: `${address} is in use. Stop what listens there, or take another port: --port ${String(port + 1)} (0 takes any free one).`,
    EACCES: `this user may not listen on ${address}. Take a port above 1023, such as --port 4747.`,
    EADDRNOTAVAIL: `this machine has no address ${host}. Listen on 127.0.0.1, or on 0.0.0.0 for every interface.`,
    ENOTFOUND: `the host name ${host} is not known. Listen on 127.0.0.1, or on 0.0.0.0 for every interface.`,
  };
  const message = error instanceof Error ? error.message : String(error);
  const reason =
    typeof code === 'string' ? (reasons[code] ?? `cannot listen on ${address}: ${message}`) : message;
  return new CommandError(reason, exitCodes.failed, error);
}
