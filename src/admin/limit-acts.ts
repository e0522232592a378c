import type { AllowanceChanges, AllowanceOwner } from '../admission/allowance-store.ts';
import type { Allowance } from '../admission/allowance.ts';
import { allowanceParts, subjectIdOf } from '../admission/allowance-ids.ts';
import { type Limits, noLimits } from '../journey/limits.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { type Administration, type AdminRecords, audited } from './administration.ts';
import { type AllowanceAddress, allowanceOwner, partOf } from './allowance-address.ts';
import { limitsJson } from './describe-allowance.ts';
import { knownModel } from './known-model.ts';

/** Limits that are named; null: none of them any more. */
export type LimitChanges = Partial<Limits> | null;

/** Changes of the limits of a key or project, of its models', and of when it is told of its own. */
export interface SettingChanges {
  readonly limits?: LimitChanges;
  /** At which percents of its limits something is told; null: as everybody. */
  readonly alertAt?: readonly number[] | null;
  /** By model, under any of its names; null: no limits of any model any more. */
  readonly modelLimits?: Readonly<Record<string, LimitChanges>> | null;
}

/** Changes what a key or project and its models may use, within a change of it. */
export async function applySettings(
  { allowances }: AdminRecords,
  { modelId }: Pick<Administration, 'modelId'>,
  subject: { readonly kind: 'key' | 'project'; readonly id: string },
  { limits, alertAt, modelLimits }: SettingChanges,
): Promise<void> {
  if (limits !== undefined || alertAt !== undefined)
    await allowances.setLimits(subject, {
      ...(limits === null ? noLimits : limits),
      ...(alertAt !== undefined && { alertAt }),
    });
  if (modelLimits === undefined) return;
  const named = new Map<string, Partial<Limits>>();
  for (const [name, changes] of Object.entries(modelLimits ?? {})) {
    const model = knownModel(modelId, name, 'model_limits');
    if (named.has(model)) throw namedTwice(name, model);
    named.set(model, changes ?? noLimits);
  }
  if (modelLimits === null)
    for (const { id } of await allowances.ofSubjects([subject.id])) {
      const { model } = allowanceParts(id);
      if (model !== undefined) named.set(model, noLimits);
    }
  for (const model of [...named.keys()].toSorted())
    await allowances.setLimits({ ...subject, model }, named.get(model) ?? {});
}

function namedTwice(name: string, model: string): PlantainError {
  const message = `Under "${name}" and another name the limits of ${model} are there twice. Send them once.`;
  return new PlantainError('invalid_value', message, { param: 'model_limits' });
}

/**
 * Sets limits of any allowance, and at which percents of them something is told, from the next order on. `replace`: what is
 * not named is taken away, else it stays. `mustExist`: throws `not_found` where there are none yet.
 */
export function setLimits(
  by: Administration,
  address: AllowanceAddress,
  changes: AllowanceChanges,
  {
    replace = false,
    mustExist = false,
  }: {
    readonly replace?: boolean;
    readonly mustExist?: boolean;
  } = {},
): Promise<{ readonly owner: AllowanceOwner; readonly allowance: Allowance }> {
  return audited(by, async (records) => {
    const owner = await allowanceOwner(records, address, by.modelId);
    const known = await records.allowances.find(owner);
    if (mustExist && known === undefined) throw new PlantainError('not_found', 'There are no limits there.');
    const allowance = await records.allowances.setLimits(
      owner,
      replace ? { ...noLimits, alertAt: null, ...changes } : changes,
    );
    return {
      result: { owner, allowance },
      action: 'limits.set',
      subject: subjectIdOf(owner),
      before: { ...limitsJson(known?.limits ?? noLimits), alert_at: known?.alertAt ?? null },
      after: { ...limitsJson(allowance.limits), alert_at: allowance.alertAt ?? null },
      about: partOf(owner),
    };
  });
}
