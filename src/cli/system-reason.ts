import { getSystemErrorMessage } from 'node:util';

/** Why a system call failed, as the system says it: `no space left on device`, without code, call and path. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { errno, message } = error as NodeJS.ErrnoException;
  return (errno === undefined ? undefined : getSystemErrorMessage(errno)) ?? message;
}
