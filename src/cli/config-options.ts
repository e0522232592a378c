import { type Command, Option } from 'commander';
import { configSettings } from '../config/config-schema.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import type { Setting } from '../config/settings.ts';
import { type CommandContext, sourcesOf } from './command-context.ts';

/** Settings that a server takes as flags: all but those of the drawing commands. */
export const serverSettings = configSettings.filter(({ id }) => !id.startsWith('client.'));

/** Adds the flags of these settings, and `--config`. */
export function addConfigOptions(command: Command, settings: readonly Setting[]): Command {
  command.option('--config <file>', 'configuration file (default: plantain.yaml, if there)');
  for (const { flag, placeholder = '', description = '', defaultText } of settings) {
    if (flag === undefined) continue;
    const help = `${description.replace(/\.$/, '')} (default: ${defaultText})`;
    command.addOption(new Option(`${flag} ${placeholder}`, help));
  }
  return command;
}

/** Loads the configuration with the flags that `addConfigOptions` added to this command. `file`: of this file, if it was found before. */
export function loadCommandConfig(
  command: Command,
  context: CommandContext,
  settings: readonly Setting[],
  file?: string,
): LoadedConfig {
  const given = command.opts<Record<string, unknown>>();
  const flags: Record<string, unknown> = { config: file ?? given['config'] };
  for (const { id, flag } of settings) {
    if (flag !== undefined) flags[id] = given[new Option(flag).attributeName()];
  }
  return loadConfig({ flags, ...sourcesOf(context) });
}
