import type { Command } from 'commander';
import { adminSettings, askAdmin } from './ask-admin.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';

interface Reloaded {
  readonly changed: readonly string[];
  readonly waiting: readonly string[];
}

/** `plantain reload`: the running server reads its configuration again. */
export function registerReloadCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('reload')
    .summary('have a running server read its configuration again')
    .description(
      'Have a running server read its configuration again and put it in force, without dropping a request. A file with problems is refused: they are printed, and what was in force stays.',
    )
    .option('--json', 'print JSON');
  addConfigOptions(command, adminSettings)
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain config check /etc/plantain.yaml && plantain reload', 'after the file was changed'],
        [
          'plantain reload --base-url http://10.0.0.7:4747',
          'a server elsewhere, with PLANTAIN_ADMIN_SECRET set',
        ],
      ]),
    )
    .action(async (options: { json?: true }, self: Command) => {
      const loaded = loadCommandConfig(self, context, adminSettings);
      const outcome = (await askAdmin(loaded, context, 'POST', '/reload')) as Reloaded;
      context.stdout.write(options.json ? `${JSON.stringify(outcome, null, 2)}\n` : reloadedText(outcome));
    });
}

function reloadedText({ changed, waiting }: Reloaded): string {
  const inForce = changed.length === 0 ? 'Nothing changed.' : `In force: ${changed.join(', ')}.`;
  const later = waiting.length === 0 ? '' : ` Waiting for the next start: ${waiting.join(', ')}.`;
  return `${inForce}${later}\n`;
}
