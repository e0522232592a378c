import { errorCodeOf } from '../../kernel/error-code.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';

/** `storage_full` with this message where a disk or what one may have of it is full; anything else as it was thrown. */
export function toDiskError(error: unknown, fullMessage: string): unknown {
  const code = errorCodeOf(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new PlantainError('storage_full', fullMessage, { cause: error });
}
