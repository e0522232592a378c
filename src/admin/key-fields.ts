import type { z } from 'zod';
import { PlantainError } from '../kernel/plantain-error.ts';
import { parseTimeSpan } from '../kernel/quantities.ts';
import type { KeyPatch, NewKey } from './key-acts.ts';
import type { keyChangeFields, newKeyFields, projectChangeFields, rotationFields } from './key-schemas.ts';
import type { ProjectPatch } from './project-acts.ts';

type SharedFields = Omit<z.infer<typeof newKeyFields>, 'name' | 'project' | 'tags'>;

function sharedPatch(fields: SharedFields): KeyPatch {
  const { limits, alert_at: alertAt, model_limits: modelLimits, models, addresses } = fields;
  const { expires_at: expiresAtMs, strict } = fields;
  return {
    ...(limits !== undefined && { limits }),
    ...(alertAt !== undefined && { alertAt }),
    ...(modelLimits !== undefined && { modelLimits }),
    ...(models !== undefined && { allowedModels: models }),
    ...(addresses !== undefined && { allowedAddresses: addresses }),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
    ...(strict !== undefined && { strict: strict ?? false }),
  };
}

/** The key that is asked for. */
export function newKeyOf({ name, project, tags, ...fields }: z.infer<typeof newKeyFields>): NewKey {
  return { ...sharedPatch(fields), name, project, ...(tags && { tags }) };
}

/** The changes of a key that are asked for: what is null is taken away. */
export function keyPatchOf({ name, disabled, tags, ...fields }: z.infer<typeof keyChangeFields>): KeyPatch {
  return {
    ...sharedPatch(fields),
    ...(name !== undefined && { name }),
    ...(disabled !== undefined && { isDisabled: disabled ?? false }),
    ...(tags === null && { tags: {} }),
    ...(tags && { tagChanges: tags }),
  };
}

/** The project, or the changes of one, that are asked for. */
export function projectPatchOf(fields: z.infer<typeof projectChangeFields>): ProjectPatch {
  const { name, limits, model_limits: modelLimits, user_limits: userLimits, key_limits: keyLimits } = fields;
  const { alert_at: alertAt, markup_basis_points: markupBasisPoints } = fields;
  return {
    ...(name !== undefined && { name }),
    ...(markupBasisPoints !== undefined && { markupBasisPoints: markupBasisPoints ?? 0 }),
    ...(limits !== undefined && { limits }),
    ...(alertAt !== undefined && { alertAt }),
    ...(modelLimits !== undefined && { modelLimits }),
    ...(userLimits !== undefined && { userLimits }),
    ...(keyLimits !== undefined && { keyLimits }),
  };
}

/** How long the secret before goes on working. Throws `invalid_value`. */
export function overlapMsOf({ overlap }: z.infer<typeof rotationFields>): number {
  if (overlap === undefined) return 0;
  const overlapMs = parseTimeSpan(overlap);
  if (overlapMs !== undefined) return overlapMs;
  throw new PlantainError('invalid_value', 'Write a time such as "1h" or "7d", at most a year.', {
    param: 'overlap',
  });
}
