import type { Command } from 'commander';
import { configSetting } from '../config/config-schema.ts';
import { askHealth, type HealthOptions } from './ask-health.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';

/** `plantain health`: for containers and services, in which there may be no shell and no curl. */
export function registerHealthCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('health')
    .summary('ask the server of this configuration whether it is alive')
    .description(
      'Ask the server of this configuration, on this machine, whether it is alive. Ends with 0 if it is, else with 1. Of the configuration it reads where the server listens and nothing else. It takes 2.5 seconds at most, as probes of containers want it.',
    )
    .option('--json', 'print JSON');
  addConfigOptions(command, [configSetting('host'), configSetting('port')])
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain health', 'with the settings that the server has'],
        ['plantain health --json', 'for scripts'],
      ]),
    )
    .action((options: HealthOptions) => askHealth(options, context));
}
