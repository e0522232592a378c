import type { Command } from 'commander';
import { explainConfig } from '../config/explain-config.ts';
import { configTemplate } from '../config/config-template.ts';
import { type CommandContext, sourcesOf } from './command-context.ts';
import { readConfig } from '../config/load-config.ts';
import { addConfigOptions, loadCommandConfig, serverSettings } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { textTable } from './text-table.ts';

export function registerConfigCommand(program: Command, context: CommandContext): void {
  const config = program
    .command('config')
    .summary('show every setting, or check a file')
    .description('Show every setting and where its value comes from, or check a configuration file.');
  const explain = config
    .command('explain')
    .summary('show every value and its origin')
    .description('Show every setting, its value and where the value comes from. Secrets are redacted.')
    .option('--json', 'print JSON');
  addConfigOptions(explain, serverSettings)
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain config explain', 'what would `plantain serve` run with, and why'],
        ['plantain config explain --json', 'the same for a script'],
      ]),
    )
    .action((options: { json?: true }, command: Command) => {
      const rows = explainConfig(loadCommandConfig(command, context, serverSettings));
      context.stdout.write(
        options.json
          ? `${JSON.stringify(rows, null, 2)}\n`
          : textTable(
              ['Setting', 'Value', 'From'],
              rows.map((row) => [row.field, row.value === '' ? '-' : row.value, row.origin]),
            ),
      );
    });
  config
    .command('template')
    .summary('print a plantain.yaml with every setting')
    .description('Print a plantain.yaml with every setting, commented out at its default.')
    .addHelpText(
      'after',
      examplesHelp([['plantain config template > plantain.yaml', 'a file to start from']]),
    )
    .action(() => {
      context.stdout.write(configTemplate());
    });
  config
    .command('check')
    .argument('<file>', 'configuration file')
    .summary('check a configuration file')
    .description(
      'Check a configuration file as `plantain serve --config` would read it here, environment variables included. Prints "ok", or every problem with its line.',
    )
    .addHelpText(
      'after',
      examplesHelp([['plantain config check /etc/plantain.yaml', 'before a restart, or in a pipeline']]),
    )
    .action(async (file: string) => {
      const { checkSettings } = await import('./check-settings.ts');
      checkSettings(readConfig({ ...sourcesOf(context), flags: { config: file } }));
      context.stdout.write('ok\n');
    });
}
