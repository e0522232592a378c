import { type Command, Option } from 'commander';
import { configSetting } from '../config/config-schema.ts';
import type { TotalsBy, TotalsQuery } from '../usage/ledger.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { configWithRecords } from './find-data-folder.ts';
import { withRecords } from './open-records.ts';
import { parseDay } from './parse-day.ts';

const settings = [configSetting('dataDir')];

interface UsageOptions {
  readonly by?: TotalsBy;
  readonly from?: string;
  readonly to?: string;
  readonly json?: true;
  readonly csv?: true;
}

export function registerUsageCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('usage')
    .summary('show pictures, tokens and cost by key, model or day')
    .description('Show orders, pictures, tokens and cost from the ledger, by key, model and day (UTC).')
    .addOption(
      new Option('--by <group>', 'one table alone (default: all three)').choices(['key', 'model', 'day']),
    )
    .option('--from <day>', 'from this day on: 2026-11-01, or 7d for the last seven days')
    .option('--to <day>', 'up to and with this day')
    .addOption(new Option('--json', 'print JSON').conflicts('csv'))
    .option('--csv', 'print CSV; with --by alone');
  addConfigOptions(command, settings)
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain usage --from 30d', 'the last thirty days'],
        ['plantain usage --by key --from 2026-11-01 --to 2026-11-30 --csv', 'a month for the bookkeeping'],
      ]),
    )
    .action(async (options: UsageOptions, self: Command) => {
      if (options.csv === true && options.by === undefined) {
        throw new CommandError(
          '--csv needs --by key, --by model or --by day: a CSV file holds one table.',
          exitCodes.usage,
        );
      }
      const period = readPeriod(options, Date.now());
      const config = configWithRecords(loadCommandConfig(self, context, settings), context);
      const groups: readonly TotalsBy[] = options.by === undefined ? ['key', 'model', 'day'] : [options.by];
      const text = await withRecords(config, async ({ keys, ledger }) => {
        const { formatUsageCsv, formatUsageJson, formatUsageTable, usageReport } = await import(
          './usage-report.ts'
        );
        const { localCaller } = await import('../app/local-order.ts');
        const names = new Map((await keys.list()).map((record) => [record.id, record.name]));
        names.set(localCaller.keyId, localCaller.keyName);
        const reports = [];
        for (const by of groups) {
          const totals = await ledger.totals({ by, ...period });
          reports.push(usageReport(by, totals, by === 'key' ? names : undefined));
        }
        if (options.csv) return reports.map(formatUsageCsv).join('');
        if (!options.json) {
          const isEmpty = reports.every((report) => report.rows.length === 0);
          return (isEmpty ? reports.slice(0, 1) : reports).map(formatUsageTable).join('\n');
        }
        const documents = reports.map(formatUsageJson);
        return documents.length === 1
          ? documents.join('')
          : `[${documents.map((document) => document.trim()).join(',\n')}]\n`;
      });
      context.stdout.write(text);
    });
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
