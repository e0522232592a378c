import type { Command } from 'commander';
import type { Setting } from '../config/settings.ts';
import { addConfigOptions } from './config-options.ts';

/** Adds a command below another one, which can print JSON. Its summary, as a sentence, is its description too. */
export function addSubcommand(
  parent: Command,
  name: string,
  summary: string,
  settings: readonly Setting[],
): Command {
  const command = parent
    .command(name)
    .summary(summary)
    .description(`${summary[0]?.toUpperCase() ?? ''}${summary.slice(1)}.`)
    .option('--json', 'print JSON');
  return addConfigOptions(command, settings);
}
