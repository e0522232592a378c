import { type Command, Option } from 'commander';
import { configField, configFields } from '../config/config-fields.ts';
import type { FieldPath } from '../config/config-schema.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import type { CommandContext } from './command-context.ts';

const truthPaths: readonly FieldPath[] = ['strict', 'allowSuccessors', 'remoteReferences'];
const placeholders: Partial<Record<FieldPath, string>> = {
  dataDir: 'folder',
  bootstrapKey: 'key',
  'gemini.apiKey': 'key',
  'client.key': 'key',
  'gemini.baseUrl': 'url',
  'client.baseUrl': 'url',
  publicUrl: 'url',
};

/** Settings that a server takes as flags: all but those of the drawing commands. */
export const serverPaths: readonly FieldPath[] = configFields
  .map((field) => field.path)
  .filter((path) => !path.startsWith('client.'));

/** Adds the flags of these settings, and `--config`. */
export function addConfigOptions(command: Command, paths: readonly FieldPath[]): Command {
  command.option('--config <file>', 'configuration file (default: plantain.yaml, if there)');
  for (const path of paths) {
    const { flag, description, defaultText } = configField(path);
    const value = truthPaths.includes(path) ? '[true|false]' : `<${placeholders[path] ?? 'value'}>`;
    command.addOption(
      new Option(`${flag} ${value}`, `${description.replace(/\.$/, '')} (default: ${defaultText})`),
    );
  }
  return command;
}

/** Loads the configuration with the flags that `addConfigOptions` added to this command. */
export function loadCommandConfig(
  command: Command,
  context: CommandContext,
  paths: readonly FieldPath[],
): LoadedConfig {
  const given = command.opts<Record<string, unknown>>();
  const flags: Record<string, unknown> = { config: given['config'] };
  for (const path of paths) {
    const attribute = new Option(configField(path).flag).attributeName();
    flags[path] = given[attribute];
  }
  return loadConfig({
    flags: flags,
    cwd: context.cwd,
    ...(context.env === undefined ? {} : { env: context.env }),
  });
}
