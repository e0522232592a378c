import { Argument, type Command } from 'commander';
import type { Allowance } from '../admission/allowance.ts';
import { limitsJson } from '../admin/describe-allowance.ts';
import { configSetting } from '../config/config-schema.ts';
import { formatMicroUsd } from '../kernel/money.ts';
import type { Limits } from '../journey/limits.ts';
import { addAllowanceOptions, type AllowanceOptions, addressOf } from './allowance-options.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { configWithRecords } from './find-data-folder.ts';
import { formatLimits, limitWords, parseLimits } from './limit-list.ts';
import { administer } from './open-records.ts';
import { textTable } from './text-table.ts';

const settings = [configSetting('dataDir')];
const mostShown = 1000;

interface LimitsOptions extends AllowanceOptions {
  readonly json?: true;
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
        ['plantain limits show --project shop', 'what it may use, and has used'],
      ]),
    );
  const add = (name: string, summary: string): Command => {
    const command = limits
      .command(name)
      .summary(summary)
      .description(`${summary[0]?.toUpperCase() ?? ''}${summary.slice(1)}.`);
    return addConfigOptions(addAllowanceOptions(command).option('--json', 'print JSON'), settings);
  };

  add('set', 'set limits; those that are not named stay')
    .addArgument(
      new Argument(
        '<limits>',
        `name=value, comma-separated: ${limitWords.join(', ')}; none takes one away`,
      ).argParser(parseLimits),
    )
    .action(async (changes: Partial<Limits>, options: LimitsOptions, command: Command) => {
      const { setLimits } = await import('../admin/limit-acts.ts');
      const config = configWithRecords(loadCommandConfig(command, context, settings), context);
      const { allowance } = await administer(config, (by) => setLimits(by, addressOf(options), changes));
      context.stdout.write(
        options.json
          ? `${JSON.stringify(allowanceJson(allowance), null, 2)}\n`
          : allowancesTable([allowance]),
      );
    });
  add('show', 'show the limits of a key or project, of its models and end users, and what is used').action(
    async (options: LimitsOptions, command: Command) => {
      const config = configWithRecords(loadCommandConfig(command, context, settings), context);
      const { allowancesAt } = await import('../admin/allowance-address.ts');
      const allowances = await administer(config, ({ book, modelId }) =>
        allowancesAt(book, addressOf(options), modelId, { limit: mostShown }),
      );
      context.stdout.write(
        options.json
          ? `${JSON.stringify(allowances.map(allowanceJson), null, 2)}\n`
          : allowancesTable(allowances),
      );
    },
  );
}

function allowanceJson({ id, limits, counters }: Allowance): Record<string, unknown> {
  return {
    id,
    limits: limitsJson(limits),
    used: {
      open: counters.openOrders,
      images_of_day: counters.dayImages,
      day_micro_usd: counters.dayUsedMicroUsd,
      month_micro_usd: counters.monthUsedMicroUsd,
      total_micro_usd: counters.totalUsedMicroUsd,
    },
  };
}

function allowancesTable(allowances: readonly Allowance[]): string {
  if (allowances.length === 0) return 'No limits. Set some: plantain limits set <limits>\n';
  const rows = allowances.map(({ id, limits, counters }) => [
    id,
    formatLimits(limits) || 'none',
    String(counters.openOrders),
    String(counters.dayImages),
    formatMicroUsd(counters.dayUsedMicroUsd),
    formatMicroUsd(counters.monthUsedMicroUsd),
    formatMicroUsd(counters.totalUsedMicroUsd),
  ]);
  return textTable(['Of', 'Limits', 'Open', 'Pictures today', 'Day', 'Month', 'Total'], rows);
}
