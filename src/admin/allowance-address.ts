import { liveKey } from '../access/manage-keys.ts';
import { liveProject } from '../access/manage-projects.ts';
import type { Allowance } from '../admission/allowance.ts';
import type { AllowanceOwner } from '../admission/allowance-store.ts';
import { rolledForward } from '../admission/decide.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { AdminRecords } from './administration.ts';
import { knownModel } from './known-model.ts';

const maxUserLength = 256;

/** Whose allowance an operator means, by ids or names. */
export interface AllowanceAddress {
  readonly key?: string | undefined;
  /** With a key, the one of that key. */
  readonly project?: string | undefined;
  /** That model alone, under the key or project. */
  readonly model?: string | undefined;
  /** One end user of the project. */
  readonly user?: string | undefined;
  /** Each end user of the project that has no limit of its own. */
  readonly users?: boolean | undefined;
}

/** Finds whose allowance is meant. Throws `invalid_value` with the field at fault, `not_found` or `state_conflict`. */
export async function allowanceOwner(
  records: Pick<AdminRecords, 'keys' | 'projects'>,
  { key, project, model, user, users = false }: AllowanceAddress,
  modelId: (name: string) => string,
): Promise<AllowanceOwner> {
  if ([model !== undefined, user !== undefined, users].filter(Boolean).length > 1)
    throw refused('model', 'model, user and users exclude each other.');
  if (key !== undefined && (user !== undefined || users))
    throw refused(
      user === undefined ? 'users' : 'user',
      'End users belong to a project: name it, without a key.',
    );
  const projectId = project === undefined ? undefined : (await liveProject(records.projects, project)).id;
  const named = model === undefined ? undefined : knownModel(modelId, model, 'model');
  if (key !== undefined) {
    const { id } = await liveKey(records.keys, { idOrName: key, projectId });
    return { kind: 'key', id, model: named };
  }
  if (projectId === undefined) throw refused('key', 'Say whose: a key or a project.');
  if (user !== undefined) {
    checkUser(user);
    return { kind: 'user', projectId, endUser: user };
  }
  if (users) return { kind: 'users', projectId };
  return { kind: 'project', id: projectId, model: named };
}

/** The allowances that are meant: of a key or project alone also its models' and end users', a page of them by their ids. */
export async function allowancesOf(
  { allowances }: Pick<AdminRecords, 'allowances'>,
  owner: AllowanceOwner,
  page: { readonly afterId?: string | undefined; readonly limit: number },
): Promise<readonly Allowance[]> {
  if ('id' in owner && owner.model === undefined) return allowances.list(owner.id, page);
  const one = await allowances.find(owner);
  if (one === undefined) return [];
  return [{ ...one, counters: rolledForward(one.counters, await allowances.periods()) }];
}

/** What of the key or project is meant, where it is not all of it. */
export function partOf(owner: AllowanceOwner): Readonly<Record<string, unknown>> {
  if (owner.kind === 'user') return { user: owner.endUser };
  if (owner.kind === 'users') return { users: true };
  return owner.model === undefined ? {} : { model: owner.model };
}

/** Longer names are cut in the ledger, and one would be taken for another. */
function checkUser(user: string): void {
  if (user !== '' && user.length <= maxUserLength && user.isWellFormed() && !user.includes('\0')) return;
  throw refused('user', `An end user is named by 1 to ${maxUserLength} characters.`);
}

function refused(param: string, message: string): PlantainError {
  return new PlantainError('invalid_value', message, { param });
}
