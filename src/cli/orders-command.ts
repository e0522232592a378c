import { type Command, InvalidArgumentError, Option } from 'commander';
import { describeOrder, describeWithAttempts } from '../admin/describe-order.ts';
import { type KnownSubjects, namesOf } from '../admin/known-subjects.ts';
import { configSetting } from '../config/config-schema.ts';
import { type LedgerStatus, ledgerStatuses } from '../usage/ledger.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { configWithRecords } from './find-data-folder.ts';
import { type Records, withRecords } from './open-records.ts';
import { orderText, ordersTable } from './order-text.ts';
import { idsOf, projectIdsOf, readPeriod } from './usage-command.ts';

const settings = [configSetting('dataDir')];
const maxListed = 1000;

interface ListOptions {
  readonly key?: string;
  readonly project?: string;
  readonly user?: string;
  readonly model?: string;
  readonly upstream?: string;
  readonly status?: readonly LedgerStatus[];
  readonly from?: string;
  readonly to?: string;
  readonly before?: string;
  readonly limit: number;
  readonly json?: true;
}

/** `plantain orders …`: reads the ledger beside a running server. */
export function registerOrdersCommand(program: Command, context: CommandContext): void {
  const orders = program
    .command('orders')
    .summary('list orders, and show what became of one, call by call')
    .description(
      "List orders, and show what became of one, call by call: from the ledger in the data folder that is named or lies here, else in the running server's. Prompts and pictures are not in it.",
    )
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain orders list', 'the latest orders'],
        ['plantain orders list --status failed,refused --from 7d', 'what went wrong this week'],
        [
          'plantain orders show "$(plantain orders list --limit 1 --json | jq -r ".[0].id")"',
          'which upstreams the latest order asked, and what each answered',
        ],
      ]),
    );
  const reading = <T>(command: Command, work: (records: Records, known: KnownSubjects) => Promise<T>) =>
    withRecords(
      configWithRecords(loadCommandConfig(command, context, settings), context),
      async (records) => {
        const { readKnownSubjects } = await import('../app/known-subjects.ts');
        return work(records, await readKnownSubjects(records));
      },
    );

  const list = orders
    .command('list')
    .summary('the latest orders')
    .description('List the latest orders, the youngest first.')
    .option('--key <key>', 'orders of this key alone, by id or name')
    .option('--project <project>', 'orders of this project alone, by id or name')
    .option('--user <user>', "orders of this end user alone, as the request's `user` names it")
    .option('--model <model>', "orders of this model alone, by the catalogue's id or as callers spelled it")
    .option('--upstream <name>', 'orders of which a call went to this upstream')
    .addOption(
      new Option('--status <statuses>', 'orders with one of these')
        .choices(ledgerStatuses)
        .argParser(readStatuses),
    )
    .option('--from <day>', 'from this day on: 2026-11-01, or 7d for the last seven days')
    .option('--to <day>', 'up to and with this day')
    .option('--before <id>', 'orders older than this one')
    .option('--limit <number>', `how many, up to ${String(maxListed)}`, readLimit, 20)
    .option('--json', 'print JSON');
  addConfigOptions(list, settings).action(async (options: ListOptions, self: Command) => {
    const text = await reading(self, async ({ ledger }, known) => {
      const { key, project, user, model, upstream, status, before, limit } = options;
      const keyIds = key === undefined ? undefined : idsOf(key, known.keys);
      const projectIds = project === undefined ? undefined : projectIdsOf(project, known.projects);
      const rows = await ledger.list({
        ...(keyIds !== undefined && { keyIds }),
        ...(projectIds !== undefined && { projectIds }),
        ...(user !== undefined && { endUser: user }),
        ...(model !== undefined && { model }),
        ...(upstream !== undefined && { upstream }),
        ...(status !== undefined && { statuses: status }),
        ...(before !== undefined && { beforeId: before }),
        ...readPeriod(options, Date.now()),
        limit,
      });
      const names = namesOf(known);
      const described = rows.map((row) => describeOrder(row, names));
      return options.json ? `${JSON.stringify(described, null, 2)}\n` : ordersTable(described, limit);
    });
    context.stdout.write(text);
  });

  const show = orders
    .command('show <id>')
    .summary('one order, with its upstream calls')
    .description(
      'Show one order with its upstream calls. Its id is in the `x-request-id` header and in the log.',
    )
    .option('--json', 'print JSON');
  addConfigOptions(show, settings).action(async (id: string, options: { json?: true }, self: Command) => {
    const text = await reading(self, async ({ ledger }, known) => {
      const row = await ledger.find(id);
      if (row === undefined)
        throw new CommandError(
          `there is no order ${id.slice(0, 64)} in the ledger. \`plantain orders list\` lists them; a request that was refused before it was admitted has no row.`,
          exitCodes.usage,
        );
      const described = describeWithAttempts(row, namesOf(known), await ledger.attempts(id));
      return options.json ? `${JSON.stringify(described, null, 2)}\n` : orderText(described);
    });
    context.stdout.write(text);
  });
}

/** `failed,refused` → both. */
function readStatuses(text: string): LedgerStatus[] {
  return text.split(',').map((word) => {
    const status = ledgerStatuses.find((known) => known === word.trim());
    if (status === undefined)
      throw new InvalidArgumentError(`It must be one or several of ${ledgerStatuses.join(', ')}.`);
    return status;
  });
}

function readLimit(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > maxListed)
    throw new InvalidArgumentError(`It must be a number from 1 to ${String(maxListed)}.`);
  return limit;
}
