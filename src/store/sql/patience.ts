import { setTimeout as sleep } from 'node:timers/promises';
import { isStorageFailure } from '../../kernel/storage-failure.ts';
import { unreachable } from './postgres-error.ts';

/** How long orders wait for a PostgreSQL that is away: a restart is shorter. */
export const orderPatienceMs = 5000;

const retryMs = 50;

/** Whether the same may work in a moment; a full disk does not. */
export function isPassing(error: unknown): boolean {
  return isStorageFailure(error) && error.code === 'storage_unavailable';
}

/**
 * Rejects with `storage_unavailable` when there is no answer in time, as of a database whose machine stands still. What was
 * asked may be done all the same.
 */
export async function answeredWithin<Answer>(answer: Promise<Answer>, timeoutMs: number): Promise<Answer> {
  const { promise: tooLong, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(unreachable(new Error(`no answer within ${String(timeoutMs)} ms`))),
    timeoutMs,
  );
  try {
    return await Promise.race([answer, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** Reads again and again while the database is away, for so long. */
export async function readPatiently<Answer>(
  patienceMs: number,
  read: () => Promise<Answer>,
): Promise<Answer> {
  const giveUpAtMs = performance.now() + patienceMs;
  for (;;) {
    try {
      return await answeredWithin(read(), Math.max(0, giveUpAtMs - performance.now()));
    } catch (error) {
      if (!isPassing(error) || performance.now() + retryMs >= giveUpAtMs) throw error;
    }
    await sleep(retryMs);
  }
}
