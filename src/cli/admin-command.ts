import type { Command } from 'commander';
import { configSetting } from '../config/config-schema.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { configWithRecords } from './find-data-folder.ts';

const settings = [configSetting('dataDir'), configSetting('admin.secret')];

/** `plantain admin secret`. */
export function registerAdminCommand(program: Command, context: CommandContext): void {
  const admin = program
    .command('admin')
    .summary('print the admin secret')
    .description('What the admin API needs.')
    .addHelpText(
      'after',
      examplesHelp([['plantain admin secret', 'what goes into `Authorization: Bearer`']]),
    );
  const secret = admin
    .command('secret')
    .summary('print the admin secret')
    .description(
      "Print the secret that lets the admin API in: the one that is set, else that of the data folder that is named or lies here, else of the running server's.",
    );
  addConfigOptions(secret, settings)
    .addHelpText(
      'after',
      examplesHelp([
        [
          'curl -H "Authorization: Bearer $(plantain admin secret)" http://127.0.0.1:4747/admin/v1/upstreams',
          'the admin API by hand',
        ],
      ]),
    )
    .action(async (_options: unknown, self: Command) => {
      const loaded = loadCommandConfig(self, context, settings);
      const { loadAdminSecret } = await import('../store/disk/admin-secret.ts');
      const { secret: given } = loaded.config.admin;
      const found = given ?? (await loadAdminSecret(configWithRecords(loaded, context).dataDir));
      context.stdout.write(`${found}\n`);
    });
}
