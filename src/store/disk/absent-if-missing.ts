import { errorCodeOf } from '../../kernel/error-code.ts';

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
