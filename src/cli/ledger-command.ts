import { type Command, InvalidArgumentError, Option } from 'commander';
import { longestReason } from '../admin/adjustment-acts.ts';
import { configSetting } from '../config/config-schema.ts';
import { formatMicroUsd } from '../kernel/money.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { configWithRecords } from './find-data-folder.ts';
import { parseMicroUsd } from './limit-list.ts';
import { administer } from './open-records.ts';

const settings = [configSetting('dataDir')];

interface SettleOptions {
  readonly cost: number;
  readonly reason: string;
  readonly pictures: number;
  readonly json?: true;
}

/** `plantain ledger …`: what only a person can know of an order. */
export function registerLedgerCommand(program: Command, context: CommandContext): void {
  const ledger = program
    .command('ledger')
    .summary('settle orders of which nobody knows what became')
    .description(
      "Settle orders of which nobody knows what became: those that a server was killed under count as `unknown`, with the most that they may have cost. The upstream's bill knows better.",
    )
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain orders list --status unknown', 'which they are'],
        [
          'plantain ledger settle "$(plantain orders list --status unknown --limit 1 --json | jq -r ".[0].id")" --cost 0 --reason "not on the bill"',
          'the latest of them was never drawn',
        ],
      ]),
    );
  const settle = ledger
    .command('settle <id>')
    .summary('say what an unknown order cost')
    .description(
      'Say what an unknown order cost. Its row, and what its key, project, model and end user have used of their budgets, change together, also while the server runs. The reason stands among the credits of its key, and in the audit log.',
    )
    .addOption(
      new Option(
        '--cost <amount>',
        'what it cost, in dollars, at most what it reserved; 0 if nothing was charged',
      )
        .argParser(readCost)
        .makeOptionMandatory(),
    )
    .requiredOption('--reason <reason>', 'how you know, for those who ask later', readReason)
    .option('--pictures <number>', 'how many pictures were delivered', readCount, 0)
    .option('--json', 'print JSON');
  addConfigOptions(settle, settings).action(
    async (id: string, { cost, reason, pictures, json }: SettleOptions, self: Command) => {
      const config = configWithRecords(loadCommandConfig(self, context, settings), context);
      const { settleOrder } = await import('../admin/settle-act.ts');
      const wish = { costMicroUsd: cost, imagesDelivered: pictures, reason };
      const { before } = await administer(config, (by) => settleOrder(by, id, wish).catch(asUsage(id)));
      const { costMicroUsd } = before;
      context.stdout.write(
        json
          ? `${JSON.stringify({ id, cost_micro_usd: cost, cost_before_micro_usd: costMicroUsd, images_delivered: pictures }, null, 2)}\n`
          : `Settled ${id} at ${formatMicroUsd(cost)}; until now it counted as ${formatMicroUsd(costMicroUsd)}.\n`,
      );
    },
  );
}

function readCost(text: string): number {
  const amount = parseMicroUsd(text);
  if (amount === undefined) throw new InvalidArgumentError('Write dollars such as 0.04, or 0.');
  return amount;
}

function readReason(text: string): string {
  const reason = text.trim();
  if (reason === '' || reason.length > longestReason)
    throw new InvalidArgumentError(`Write a sentence of up to ${longestReason} characters.`);
  return reason;
}

function readCount(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}

/** An order that is not there, or whose end is not open, is named wrongly. */
function asUsage(id: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof PlantainError)) throw error;
    if (error.code === 'not_found')
      throw new CommandError(
        `there is no order ${id.slice(0, 64)} in the ledger. \`plantain orders list --status unknown\` lists those to settle.`,
        exitCodes.usage,
      );
    throw error.code === 'state_conflict' ? new CommandError(error.message, exitCodes.usage) : error;
  };
}
