import { type Command, InvalidArgumentError, Option } from 'commander';
import { configSetting } from '../config/config-schema.ts';
import { idsOfKey, type KnownKey } from '../admin/known-keys.ts';
import { type TotalsBy, totalsGroups, type TotalsQuery } from '../usage/ledger.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { configWithRecords } from './find-data-folder.ts';
import { withRecords } from './open-records.ts';
import { parseDay } from './parse-day.ts';

const settings = [configSetting('dataDir')];

interface UsageOptions {
  readonly by?: readonly TotalsBy[];
  readonly key?: string;
  readonly from?: string;
  readonly to?: string;
  readonly json?: true;
  readonly csv?: true;
}

export function registerUsageCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('usage')
    .summary('show pictures, tokens and cost by key, model, day and more')
    .description(
      'Show orders, pictures, tokens and cost from the ledger, by key, model and day (UTC). What the sandbox drew is counted apart: nothing was charged for it.',
    )
    .addOption(
      new Option(
        '--by <groups>',
        'one table alone, or several groups in it, such as user,day (default: three tables)',
      )
        .choices(totalsGroups)
        .argParser(readGroups),
    )
    .option('--key <key>', 'orders of this key alone, by id or name')
    .option('--from <day>', 'from this day on: 2026-11-01, or 7d for the last seven days')
    .option('--to <day>', 'up to and with this day')
    .addOption(new Option('--json', 'print JSON').conflicts('csv'))
    .option('--csv', 'print CSV; with --by alone');
  addConfigOptions(command, settings)
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain usage --from 30d', 'the last thirty days'],
        ['plantain usage --by user,day --key website', 'one row for each end user and day of one key'],
        ['plantain usage --by key --from 2026-11-01 --to 2026-11-30 --csv', 'a month for the bookkeeping'],
      ]),
    )
    .action(async (options: UsageOptions, self: Command) => {
      if (options.csv === true && options.by === undefined) {
        throw new CommandError(
          '--csv needs --by, such as --by key: a CSV file holds one table.',
          exitCodes.usage,
        );
      }
      const period = readPeriod(options, Date.now());
      const config = configWithRecords(loadCommandConfig(self, context, settings), context);
      const tables: readonly (readonly TotalsBy[])[] =
        options.by === undefined ? [['key'], ['model'], ['day']] : [options.by];
      const text = await withRecords(config, async ({ keys, ledger }) => {
        const { formatUsageCsv, formatUsageJson, formatUsageTables, usageReport } = await import(
          './usage-report.ts'
        );
        const { localCaller } = await import('../app/local-order.ts');
        const known = [...(await keys.list()), { id: localCaller.keyId, name: localCaller.keyName }];
        const filter = options.key === undefined ? {} : { keyIds: idsOf(options.key, known) };
        const names = new Map(known.map(({ id, name }) => [id, name]));
        const reports = [];
        for (const by of tables)
          reports.push(usageReport(by, await ledger.totals({ by, ...filter, ...period }), names));
        if (options.csv) return reports.map(formatUsageCsv).join('');
        if (!options.json) return formatUsageTables(reports);
        const documents = reports.map(formatUsageJson);
        return documents.length === 1
          ? documents.join('')
          : `[${documents.map((document) => document.trim()).join(',\n')}]\n`;
      });
      context.stdout.write(text);
    });
}

/** `user,day` → both, in this order. */
function readGroups(text: string): TotalsBy[] {
  const groups = text.split(',').map((word) => {
    const group = totalsGroups.find((known) => known === word.trim());
    if (group === undefined)
      throw new InvalidArgumentError(`It must be one or several of ${totalsGroups.join(', ')}.`);
    return group;
  });
  if (new Set(groups).size < groups.length) throw new InvalidArgumentError('It names a group twice.');
  return groups;
}

/** The ids of a key, which has to be there. */
export function idsOf(key: string, known: readonly KnownKey[]): string[] {
  const ids = idsOfKey(key, known);
  if (ids.length > 0) return ids;
  throw new CommandError(`there is no key ${key}. \`plantain keys list\` lists them.`, exitCodes.usage);
}

/** `--to` names a whole day, so the period ends where the next day begins. */
export function readPeriod(
  { from, to }: Pick<UsageOptions, 'from' | 'to'>,
  nowMs: number,
): Omit<TotalsQuery, 'by'> {
  const fromMs = from === undefined ? undefined : parseDay(from, nowMs);
  const toMs = to === undefined ? undefined : parseDay(to, nowMs) + 86_400_000;
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    throw new CommandError(`--from ${String(from)} is after --to ${String(to)}.`, exitCodes.usage);
  }
  return { ...(fromMs === undefined ? {} : { fromMs }), ...(toMs === undefined ? {} : { toMs }) };
}
