import { createHash, timingSafeEqual } from 'node:crypto';
import type { OperatorRole } from '../journey/operator.ts';

/** The secrets in force. */
export interface AdminSecrets {
  readonly admin: string;
  /** Undefined: there are no viewers. */
  readonly viewer: string | undefined;
}

/**
 * What a secret lets its holder be. Hashes of equal length are compared, in constant time and all of them, so that no
 * answer tells how much of a guess was right.
 */
export function roleOfSecret(sent: string, { admin, viewer }: AdminSecrets): OperatorRole | undefined {
  const isAdmin = isSameSecret(sent, admin);
  const isViewer = isSameSecret(sent, viewer ?? '') && viewer !== undefined;
  if (isAdmin) return 'admin';
  return isViewer ? 'viewer' : undefined;
}

/** Whether two texts are the same; the time it takes does not tell how much of them is. */
export function isSameSecret(sent: string, known: string): boolean {
  return timingSafeEqual(digest(sent), digest(known));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
