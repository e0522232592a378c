import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { configSetting } from '../config/config-schema.ts';
import { readValue } from '../config/settings.ts';
import type { Limits } from '../journey/limits.ts';
import { addAllowanceOptions, type AllowanceOptions, addressOf } from './allowance-options.ts';
import { allowanceJson, allowancesTable } from './allowance-output.ts';
import type { CommandContext } from './command-context.ts';
import { loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { configWithRecords } from './find-data-folder.ts';
import { knownNames } from './known-names.ts';
import { limitWords, parseLimits } from './limit-list.ts';
import { administer } from './open-records.ts';
import { addSubcommand } from './subcommand.ts';

const settings = [configSetting('dataDir')];
const mostShown = 1000;

interface LimitsOptions extends AllowanceOptions {
  readonly json?: true;
}

interface SetOptions extends LimitsOptions {
  /** Null: as everybody. */
  readonly alerts?: { readonly percents: readonly number[] | null };
}

/** `plantain limits …`: what keys, projects, models and end users may use, and have used. */
export function registerLimitsCommand(program: Command, context: CommandContext): void {
  const limits = program
    .command('limits')
    .summary('set and show what keys, projects and end users may use')
    .description(
      'Set and show what keys, projects, their models and end users may use, also while the server runs: from the next order on.',
    )
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain limits set month_usd=50,images_per_minute=20 --key website', 'for one key'],
        [
          'plantain limits set day_usd=10 --project shop --model gemini-3-pro-image',
          'for one model of a project',
        ],
        ['plantain limits set images_per_day=20 --project shop --users', 'for each end user of a project'],
        ['plantain limits set month_usd=none --key website', 'takes a limit away'],
        ['plantain limits set --alerts 50,90 --key website', 'at what percents something is told'],
        ['plantain limits show --project shop', 'what it may use, and has used'],
      ]),
    );
  const add = (name: string, summary: string): Command =>
    addAllowanceOptions(addSubcommand(limits, name, summary, settings));

  add('set', 'set limits; those that are not named stay')
    .addArgument(
      new Argument(
        '[limits]',
        `name=value, comma-separated: ${limitWords.join(', ')}; none takes one away`,
      ).argParser(parseLimits),
    )
    .addOption(
      new Option(
        '--alerts <percents>',
        'tell when so many percent of a limit of money or of pictures a day are used, such as 50,90; none, or default for budgets.alert_at',
      ).argParser(parseAlerts),
    )
    .action(async (changes: Partial<Limits> | undefined, options: SetOptions, command: Command) => {
      const { alerts } = options;
      if (changes === undefined && alerts === undefined)
        throw new CommandError('Say which limits, or --alerts.', exitCodes.usage);
      const { setLimits } = await import('../admin/limit-acts.ts');
      const config = configWithRecords(loadCommandConfig(command, context, settings), context);
      const [allowance, names] = await administer(config, async (by) => {
        const set = await setLimits(by, addressOf(options), {
          ...changes,
          ...(alerts && { alertAt: alerts.percents }),
        });
        return [set.allowance, await knownNames(by.book)] as const;
      });
      context.stdout.write(
        options.json
          ? `${JSON.stringify(allowanceJson(allowance, names), null, 2)}\n`
          : allowancesTable([allowance], names, config.budgets.alertAt),
      );
    });
  add('show', 'show the limits of a key or project, of its models and end users, and what is used').action(
    async (options: LimitsOptions, command: Command) => {
      const config = configWithRecords(loadCommandConfig(command, context, settings), context);
      const { allowanceOwner, allowancesOf } = await import('../admin/allowance-address.ts');
      const [allowances, names] = await administer(config, async ({ book, modelId }) => {
        const owner = await allowanceOwner(book, addressOf(options), modelId);
        return [await allowancesOf(book, owner, { limit: mostShown }), await knownNames(book)] as const;
      });
      context.stdout.write(
        options.json
          ? `${JSON.stringify(
              allowances.map((allowance) => allowanceJson(allowance, names)),
              null,
              2,
            )}\n`
          : allowancesTable(allowances, names, config.budgets.alertAt),
      );
    },
  );
}

/** `50,90`, `none` or `default`. */
function parseAlerts(text: string): { percents: readonly number[] | null } {
  if (text === 'default') return { percents: null };
  const read = readValue(configSetting('budgets.alertAt'), text);
  if ('problem' in read) throw new InvalidArgumentError(`It ${read.problem}, or default.`);
  return { percents: read.value as readonly number[] };
}
