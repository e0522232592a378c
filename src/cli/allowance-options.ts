import type { Command } from 'commander';
import type { AllowanceAddress } from '../admin/allowance-address.ts';

export interface AllowanceOptions {
  readonly key?: string;
  readonly project?: string;
  readonly model?: string;
  readonly user?: string;
  readonly users?: true;
}

/** Adds the options that say whose allowance is meant. */
export function addAllowanceOptions(command: Command): Command {
  return command
    .option('--key <key>', 'of this key, by id or name')
    .option('--project <project>', 'of this project, by id or name; with --key, the project of the key')
    .option('--model <model>', 'of this model alone, under the key or project')
    .option('--user <user>', "of this end user of the project, as the request's `user` names it")
    .option('--users', 'of every end user of the project that has no limit of its own, each by itself');
}

/** Whose allowance is meant, among all options of a command. */
export function addressOf({ key, project, model, user, users }: AllowanceOptions): AllowanceAddress {
  return { key, project, model, user, users };
}
