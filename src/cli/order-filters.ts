import { type Command, InvalidArgumentError, Option } from 'commander';
import type { KnownSubjects } from '../admin/known-subjects.ts';
import { type LedgerStatus, ledgerStatuses, type OrdersQuery } from '../usage/ledger.ts';
import { idsOf, projectIdsOf, readPeriod } from './usage-command.ts';

export interface OrderFilters {
  readonly key?: string;
  readonly project?: string;
  readonly user?: string;
  readonly model?: string;
  readonly upstream?: string;
  readonly status?: readonly LedgerStatus[];
  readonly from?: string;
  readonly to?: string;
}

/** The options that say which orders are meant. */
export function addOrderFilters(command: Command): Command {
  return command
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
    .option('--to <day>', 'up to and with this day');
}

/** What they come to. Throws CommandError for a key or a project that is not there. */
export function ordersOf(options: OrderFilters, known: KnownSubjects): Omit<OrdersQuery, 'limit'> {
  const { key, project, user, model, upstream, status } = options;
  return {
    ...(key !== undefined && { keyIds: idsOf(key, known.keys) }),
    ...(project !== undefined && { projectIds: projectIdsOf(project, known.projects) }),
    ...(user !== undefined && { endUser: user }),
    ...(model !== undefined && { model }),
    ...(upstream !== undefined && { upstream }),
    ...(status !== undefined && { statuses: status }),
    ...readPeriod(options, Date.now()),
  };
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
