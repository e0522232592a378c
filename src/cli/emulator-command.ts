import { type Command, InvalidArgumentError, Option } from 'commander';
import { configSetting, type FieldPath } from '../config/config-schema.ts';
import { readValue } from '../config/settings.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { listenFailure } from './serve-command.ts';
import { firstStopSignal } from './stop-signals.ts';
import { textTable } from './text-table.ts';

interface EmulatorOptions {
  readonly host: string;
  readonly port: number;
  readonly scenario?: string;
  readonly latencyMs: number;
  readonly listScenarios?: true;
}

export function registerEmulatorCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('emulator')
    .summary("serve a look-alike of Google's Gemini API, for tests and offline work")
    .description(
      "Serve a look-alike of Google's Gemini API for image models. Pictures are real files of the right size, drawn from the prompt and marked; every failure the real one has can be asked for.",
    )
    .addOption(
      new Option('--host <address>', 'address to listen on').argParser(setting('host')).default('127.0.0.1'),
    )
    .addOption(
      new Option('--port <port>', 'port to listen on; 0 takes any free one')
        .argParser(setting('port'))
        .default(4748),
    )
    .addOption(
      new Option('--scenario <name>', 'play this scenario for every request that names none').argParser(
        setting('sandbox.scenario'),
      ),
    )
    .addOption(
      new Option('--latency-ms <time>', 'wait before drawing, such as 500 or 5s')
        .argParser(setting('sandbox.latencyMs'))
        .default(0),
    )
    .option('--list-scenarios', 'list the scenarios and end');
  // The file alone, for operator's models: the emulator has its own address.
  addConfigOptions(command, [])
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain emulator', 'on 127.0.0.1:4748'],
        ['plantain emulator --scenario overloaded', 'every request is answered 503'],
        ["curl -H 'x-emulator-scenario: image-safety' ...", 'one request plays a scenario'],
      ]),
    )
    .action(async (options: EmulatorOptions, self: Command) => {
      const { isScenarioName, scenarioDescriptions, scenarioNames } = await import(
        '../emulator/scenarios.ts'
      );
      if (options.listScenarios) {
        context.stdout.write(textTable(['Scenario', 'What happens'], Object.entries(scenarioDescriptions)));
        return;
      }
      const { host, port, scenario, latencyMs } = options;
      if (scenario !== undefined && !isScenarioName(scenario)) throw unknownScenario(scenario, scenarioNames);
      const loaded = loadCommandConfig(self, context, []);
      const [{ startEmulator }, { checkSettings }] = await Promise.all([
        import('../emulator/start-emulator.ts'),
        import('./check-settings.ts'),
      ]);
      const { models } = checkSettings(loaded);
      const signals = firstStopSignal();
      const emulator = await startEmulator({
        host,
        port,
        models,
        latencyMs,
        ...(scenario === undefined ? {} : { scenario }),
      }).catch((error: unknown) => {
        throw listenFailure(error, host, port);
      });
      context.stdout.write(emulatorBanner(emulator.url));
      await signals.stopped;
      await emulator.close();
      signals.release();
    });
}

/** How to send programs here instead of to Google. */
function emulatorBanner(url: string): string {
  return `Gemini emulator at ${url}
  Google's SDKs:  GOOGLE_GEMINI_BASE_URL=${url} GEMINI_API_KEY=any
  Plantain:       GOOGLE_GEMINI_BASE_URL=${url} GEMINI_API_KEY=any plantain serve
  A scenario:     send the header "x-emulator-scenario: <name>", or write [scenario: <name>] into the prompt
  All scenarios:  plantain emulator --list-scenarios

`;
}

function unknownScenario(name: string, known: readonly string[]): CommandError {
  const near = nearestName(name, known);
  const hint =
    near === undefined ? '`plantain emulator --list-scenarios` lists them.' : `Did you mean ${near}?`;
  return new CommandError(`there is no scenario ${name}. ${hint}`, exitCodes.usage);
}

/** Reads a flag as the setting of the same kind is read. */
function setting(path: FieldPath): (text: string) => unknown {
  return (text) => {
    const result = readValue(configSetting(path), text);
    if ('value' in result) return result.value;
    throw new InvalidArgumentError(`It ${result.problem}.`);
  };
}
