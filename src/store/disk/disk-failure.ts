import { PlantainError } from '../../kernel/plantain-error.ts';

/** What the system calls a failure: `ENOENT` and its like; undefined where it was none of the system's. */
export function systemCodeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** `storage_full` with this message where a disk or what one may have of it is full; anything else as it was thrown. */
export function toDiskError(error: unknown, fullMessage: string): unknown {
  const code = systemCodeOf(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new PlantainError('storage_full', fullMessage, { cause: error });
}
