import { type Command, InvalidArgumentError, Option } from 'commander';
import { configSetting } from '../config/config-schema.ts';
import { idsOfKey, type KnownKey } from '../admin/known-subjects.ts';
import { type KnownSubjects, namesOf } from '../admin/known-subjects.ts';
import {
  isTimeGroup,
  maxTop,
  type TopGroups,
  topMeasures,
  type TotalsBy,
  totalsGroups,
  type TotalsQuery,
} from '../usage/ledger.ts';
import type { ReportFormat } from '../usage/usage-documents.ts';
import { dayInZone, isTimeZone, zoneDay } from '../usage/zone-day.ts';
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
  readonly top?: number;
  readonly topBy?: TopGroups['by'];
  readonly key?: string;
  readonly project?: string;
  readonly model?: string;
  readonly upstream?: string;
  readonly user?: string;
  readonly from?: string;
  readonly to?: string;
  readonly timeZone?: string;
  readonly format?: ReportFormat | 'table';
  readonly json?: true;
  readonly csv?: true;
}

const dayMs = 86_400_000;

export function registerUsageCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('usage')
    .summary('show pictures, tokens and cost by key, model, day and more')
    .description(
      'Show orders, pictures, tokens and cost, by key, model and day, or as asked. What the sandbox drew is counted apart: nothing was charged for it.',
    )
    .addOption(
      new Option(
        '--by <groups>',
        'one table alone, or several groups in it, such as user,day (default: three tables)',
      )
        .choices(totalsGroups)
        .argParser(readGroups),
    )
    .addOption(
      new Option(
        '--top <n>',
        `only the n largest by themselves, of keys, models and whatever is no day or hour; the others together (1 to ${String(maxTop)})`,
      ).argParser(readTop),
    )
    .addOption(
      new Option(
        '--top-by <measure>',
        'what the largest are: by cost, pictures or orders (default: cost)',
      ).choices(topMeasures),
    )
    .option('--key <key>', 'orders of this key alone, by id or name')
    .option('--project <project>', 'orders of this project alone, by id or name')
    .option('--model <model>', "orders of this model alone, by the catalogue's id")
    .option('--upstream <name>', 'orders that this upstream answered last')
    .option('--user <name>', "orders for this end user of the caller's")
    .option('--from <day>', 'from this day on: 2026-11-01, or 7d for the last seven days')
    .option('--to <day>', 'up to and with this day')
    .addOption(
      new Option(
        '--time-zone <zone>',
        'whose days and hours, such as Europe/Berlin (default: that of budgets)',
      ).argParser(readZone),
    )
    .addOption(
      new Option('--format <format>', 'how it is printed')
        .choices(['table', 'json', 'csv', 'jsonl'])
        .conflicts(['json', 'csv']),
    )
    .addOption(new Option('--json', 'the same as --format json').conflicts('csv'))
    .option('--csv', 'the same as --format csv; with --by alone');
  addConfigOptions(command, settings)
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain usage --from 30d', 'the last thirty days'],
        ['plantain usage --by user,day --key website', 'one row for each end user and day of one key'],
        ['plantain usage --by hour --from today --time-zone Asia/Kolkata', 'today, hour by hour, in India'],
        [
          'plantain usage --by day,key --top 12 --from 90d',
          'the twelve dearest keys day by day, and the others together',
        ],
        ['plantain usage --by key --from 2026-11-01 --to 2026-11-30 --csv', 'a month for the bookkeeping'],
      ]),
    )
    .action(async (options: UsageOptions, self: Command) => {
      const format = options.json ? 'json' : options.csv ? 'csv' : (options.format ?? 'table');
      if ((format === 'csv' || format === 'jsonl') && options.by === undefined)
        throw new CommandError(
          `${options.csv ? '--csv' : `--format ${format}`} needs --by, such as --by key: it holds one table.`,
          exitCodes.usage,
        );
      const top = options.top === undefined ? undefined : { count: options.top, by: options.topBy ?? 'cost' };
      if (top === undefined && options.topBy !== undefined)
        throw new CommandError('--top-by needs --top, such as --top 12.', exitCodes.usage);
      if (top !== undefined && options.by?.every(isTimeGroup))
        throw new CommandError(
          '--top needs a group that is no day or hour, such as --by day,key.',
          exitCodes.usage,
        );
      const config = configWithRecords(loadCommandConfig(self, context, settings), context);
      const timeZone = options.timeZone ?? config.budgets.timeZone;
      const period = readPeriod(options, Date.now(), timeZone);
      const tables: readonly (readonly TotalsBy[])[] =
        options.by === undefined ? [['key'], ['model'], ['day']] : [options.by];
      await withRecords(config, async (records) => {
        const [{ formatUsageTables }, { writeUsage }, { usageReport }, { readKnownSubjects }] =
          await Promise.all([
            import('./usage-table.ts'),
            import('../usage/usage-documents.ts'),
            import('../usage/usage-report.ts'),
            import('../app/known-subjects.ts'),
          ]);
        const known = await readKnownSubjects(records);
        const query = { ...filtersOf(options, known), ...period, timeZone };
        const names = namesOf(known);
        const shown = { fromMs: period.fromMs ?? null, toMs: period.toMs ?? null, timeZone };
        const reports = [];
        for (const by of tables) {
          const asked = top === undefined || by.every(isTimeGroup) ? {} : { top };
          const totals = await records.ledger.totals({ by, ...asked, ...query });
          reports.push(usageReport(by, totals, names, { ...shown, ...asked }));
        }
        if (format === 'table') context.stdout.write(formatUsageTables(reports));
        else if (reports.length === 1)
          for (const report of reports)
            for (const part of writeUsage(report, format)) context.stdout.write(part);
        else {
          const documents = reports.map((report) => [...writeUsage(report, format)].join('').trim());
          context.stdout.write(`[${documents.join(',\n')}]\n`);
        }
      });
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

function readTop(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= maxTop) return count;
  throw new InvalidArgumentError(`It must be a whole number of 1 to ${String(maxTop)}.`);
}

function readZone(text: string): string {
  if (isTimeZone(text)) return text;
  throw new InvalidArgumentError('It must be a time zone such as UTC or Europe/Berlin.');
}

function filtersOf(
  { key, project, model, upstream, user }: UsageOptions,
  { keys, projects }: KnownSubjects,
): Partial<TotalsQuery> {
  return {
    ...(key !== undefined && { keyIds: idsOf(key, keys) }),
    ...(project !== undefined && { projectIds: projectIdsOf(project, projects) }),
    ...(model !== undefined && { models: [model] }),
    ...(upstream !== undefined && { upstreams: [upstream] }),
    ...(user !== undefined && { endUsers: [user] }),
  };
}

/** The ids of a key, which has to be there. */
export function idsOf(key: string, known: readonly KnownKey[]): string[] {
  const ids = idsOfKey(key, known);
  if (ids.length > 0) return ids;
  throw new CommandError(`there is no key ${key}. \`plantain keys list\` lists them.`, exitCodes.usage);
}

/** The same of a project. */
export function projectIdsOf(project: string, known: readonly KnownKey[]): string[] {
  const ids = idsOfKey(project, known);
  if (ids.length > 0) return ids;
  const message = `there is no project ${project.slice(0, 64)}. \`plantain projects list\` lists them.`;
  throw new CommandError(message, exitCodes.usage);
}

/** `--to` names a whole day, so the period ends where the next day begins. */
export function readPeriod(
  { from, to }: Pick<UsageOptions, 'from' | 'to'>,
  nowMs: number,
  timeZone = 'UTC',
): Pick<TotalsQuery, 'fromMs' | 'toMs'> {
  const day = (text: string): number => parseDay(text, dayInZone(timeZone, nowMs));
  const fromMs = from === undefined ? undefined : zoneDay(timeZone, day(from));
  const toMs = to === undefined ? undefined : zoneDay(timeZone, day(to) + dayMs);
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    throw new CommandError(`--from ${String(from)} is after --to ${String(to)}.`, exitCodes.usage);
  }
  return { ...(fromMs === undefined ? {} : { fromMs }), ...(toMs === undefined ? {} : { toMs }) };
}
