import { type Command, InvalidArgumentError, Option } from 'commander';
import { describeOrder, describeWithAttempts } from '../admin/describe-order.ts';
import { type KnownSubjects, namesOf } from '../admin/known-subjects.ts';
import { configSetting } from '../config/config-schema.ts';
import { type OrderFormat, orderFormats } from '../usage/order-documents.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { configWithRecords } from './find-data-folder.ts';
import { type Records, withRecords } from './open-records.ts';
import { addOrderFilters, type OrderFilters, ordersOf } from './order-filters.ts';
import { orderText, ordersTable } from './order-text.ts';
import { exportOrders } from './orders-export.ts';

const settings = [configSetting('dataDir')];
const maxListed = 1000;

interface ListOptions extends OrderFilters {
  readonly before?: string;
  readonly limit: number;
  readonly json?: true;
}

/** `plantain orders …`: reads the ledger beside a running server. */
export function registerOrdersCommand(program: Command, context: CommandContext): void {
  const orders = program
    .command('orders')
    .summary('list and export orders, and show what became of one, call by call')
    .description(
      "List and export orders, and show what became of one, call by call: from the ledger in the data folder that is named or lies here, else in the running server's. Prompts and pictures are not in it.",
    )
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain orders list', 'the latest orders'],
        ['plantain orders list --status failed,refused --from 7d', 'what went wrong this week'],
        ['plantain orders export --from 30d > orders.csv', 'every order of a month, for a spreadsheet'],
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

  const list = addOrderFilters(
    orders
      .command('list')
      .summary('the latest orders')
      .description('List the latest orders, the youngest first.'),
  )
    .option('--before <id>', 'orders older than this one')
    .option('--limit <number>', `how many, up to ${String(maxListed)}`, readLimit, 20)
    .option('--json', 'print JSON');
  addConfigOptions(list, settings).action(async (options: ListOptions, self: Command) => {
    const text = await reading(self, async ({ ledger }, known) => {
      const { before, limit } = options;
      const rows = await ledger.list({
        ...ordersOf(options, known),
        ...(before !== undefined && { beforeId: before }),
        limit,
      });
      const names = namesOf(known);
      const described = rows.map((row) => describeOrder(row, names));
      return options.json ? `${JSON.stringify(described, null, 2)}\n` : ordersTable(described, limit);
    });
    context.stdout.write(text);
  });

  const whole = addOrderFilters(
    orders
      .command('export')
      .summary('every order, as CSV or JSON lines')
      .description(
        'Print every order, or those asked for, the youngest first: a line each with what it was and cost.',
      ),
  ).addOption(new Option('--format <format>', 'how it is printed').choices(orderFormats).default('csv'));
  addConfigOptions(whole, settings).action(
    (options: OrderFilters & { readonly format: OrderFormat }, self: Command) =>
      reading(self, ({ ledger }, known) =>
        exportOrders(ledger, known, ordersOf(options, known), options.format, context.stdout),
      ),
  );

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

function readLimit(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > maxListed)
    throw new InvalidArgumentError(`It must be a number from 1 to ${String(maxListed)}.`);
  return limit;
}
