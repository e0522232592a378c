import { Argument, type Command, InvalidArgumentError } from 'commander';
import type { Adjustment } from '../admission/allowance-store.ts';
import { configSetting } from '../config/config-schema.ts';
import { formatMicroUsd } from '../kernel/money.ts';
import { addAllowanceOptions, type AllowanceOptions, addressOf } from './allowance-options.ts';
import type { CommandContext } from './command-context.ts';
import { loadCommandConfig } from './config-options.ts';
import { evenMoney } from './even-money.ts';
import { examplesHelp } from './examples-help.ts';
import { configWithRecords } from './find-data-folder.ts';
import { parseMicroUsd } from './limit-list.ts';
import { administer } from './open-records.ts';
import { addSubcommand } from './subcommand.ts';
import { textTable } from './text-table.ts';

const settings = [configSetting('dataDir')];
const mostListed = 1000;

interface CreditsOptions extends AllowanceOptions {
  readonly json?: true;
}

/** `plantain credits …`: room given by hand, with its reason, where others would set a counter to zero. */
export function registerCreditsCommand(program: Command, context: CommandContext): void {
  const credits = program
    .command('credits')
    .summary('give money back to a budget by hand, with a reason')
    .description(
      'Give money back to a budget of the running day, month and for good, with a reason; the sums of the ledger stay as they are.',
    )
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain credits add 10 --key website --reason "the demo of Friday"', 'ten dollars more room'],
        ['plantain credits list --key website', 'what was given, and why'],
      ]),
    );
  const add = (name: string, summary: string): Command =>
    addAllowanceOptions(addSubcommand(credits, name, summary, settings));

  add('add', 'give money back')
    .addArgument(new Argument('<amount>', 'dollars; a minus takes room away').argParser(readAmount))
    .requiredOption('--reason <reason>', 'why, for those who ask later')
    .action(
      async (amountMicroUsd: number, options: CreditsOptions & { reason: string }, command: Command) => {
        const { adjust } = await import('../admin/adjustment-acts.ts');
        const config = configWithRecords(loadCommandConfig(command, context, settings), context);
        const { reason } = options;
        const adjustment = await administer(config, (by) =>
          adjust(by, { address: addressOf(options), amountMicroUsd, reason }),
        );
        context.stdout.write(
          options.json
            ? `${JSON.stringify(adjustmentJson(adjustment), null, 2)}\n`
            : `Credited ${formatMicroUsd(amountMicroUsd)} (${adjustment.id}).\n`,
        );
      },
    );
  add('list', 'list what was given, newest first').action(
    async (options: CreditsOptions, command: Command) => {
      const config = configWithRecords(loadCommandConfig(command, context, settings), context);
      const { allowanceOwner } = await import('../admin/allowance-address.ts');
      const adjustments = await administer(config, async ({ book, modelId }) =>
        book.allowances.adjustments({
          owner: await allowanceOwner(book, addressOf(options), modelId),
          limit: mostListed,
        }),
      );
      context.stdout.write(
        options.json
          ? `${JSON.stringify(adjustments.map(adjustmentJson), null, 2)}\n`
          : adjustmentsTable(adjustments),
      );
    },
  );
}

function readAmount(text: string): number {
  const isTaken = text.startsWith('-');
  const amount = parseMicroUsd(isTaken ? text.slice(1) : text);
  if (amount === undefined || amount === 0)
    throw new InvalidArgumentError('Write dollars such as 10 or 0.25.');
  return isTaken ? -amount : amount;
}

function adjustmentJson({ id, amountMicroUsd, reason, actor, atMs }: Adjustment): Record<string, unknown> {
  return { id, amount_micro_usd: amountMicroUsd, reason, actor, at: new Date(atMs).toISOString() };
}

function adjustmentsTable(adjustments: readonly Adjustment[]): string {
  if (adjustments.length === 0) return 'No credits.\n';
  const rows = adjustments.map(({ id, amountMicroUsd, reason, actor, atMs }) => [
    new Date(atMs).toISOString().slice(0, 16).replace('T', ' '),
    formatMicroUsd(amountMicroUsd),
    reason,
    actor,
    id,
  ]);
  return textTable(['At (UTC)', 'Credit', 'Reason', 'By', 'Id'], evenMoney(rows, [1]));
}
