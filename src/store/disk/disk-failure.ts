import { errorCodeOf } from '../../kernel/error-code.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';

/** `storage_full` with this message where a disk or what one may have of it is full; anything else as it was thrown. */
export function toDiskError(error: unknown, fullMessage: string): unknown {
  const code = errorCodeOf(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new PlantainError('storage_full', fullMessage, { cause: error });
}

/** A file or its directory is not there, or is not a plain one. */
const absences: readonly string[] = ['ENOENT', 'ENOTDIR', 'ELOOP'];

/** Undefined instead of an error of one of these codes of the system's. */
export async function absentIfMissing<Value>(
  work: Promise<Value>,
  codes: readonly string[] = absences,
): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codes.includes(errorCodeOf(error) ?? '')) return undefined;
    throw error;
  }
}
