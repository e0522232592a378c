import type { Command } from 'commander';
import { liveKey } from '../access/manage-keys.ts';
import { liveProject } from '../access/manage-projects.ts';
import type { AllowanceOwner } from '../admission/allowance-store.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import type { Records } from './open-records.ts';

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

/** Whose allowance is meant. Throws CommandError or Error with a plain sentence. `modelId` finds a model by its name. */
export async function allowanceOwner(
  records: Pick<Records, 'keys' | 'projects'>,
  options: AllowanceOptions,
  modelId: (name: string) => string,
): Promise<AllowanceOwner> {
  const { key, project, model, user, users } = options;
  const given = [model, user, users].filter((option) => option !== undefined);
  if (given.length > 1) throw usage('--model, --user and --users exclude each other.');
  if (key !== undefined && (user !== undefined || users !== undefined))
    throw usage('End users belong to a project: name it with --project, without --key.');
  const projectId = project === undefined ? undefined : (await liveProject(records.projects, project)).id;
  if (key !== undefined) {
    const { id } = await liveKey(records.keys, { idOrName: key, projectId });
    return { kind: 'key', id, model: model === undefined ? undefined : modelId(model) };
  }
  if (projectId === undefined) throw usage('Say whose: --key <key> or --project <project>.');
  if (user !== undefined) return { kind: 'user', projectId, endUser: user };
  if (users !== undefined) return { kind: 'users', projectId };
  return { kind: 'project', id: projectId, model: model === undefined ? undefined : modelId(model) };
}

function usage(message: string): CommandError {
  return new CommandError(message, exitCodes.usage);
}
