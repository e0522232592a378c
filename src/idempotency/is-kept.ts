import type { ErrorCode } from '../kernel/error-catalogue.ts';
import type { PlantainError } from '../kernel/plantain-error.ts';

/** What came of a claimed order: why it failed, if it did, and what it cost. */
export interface Outcome {
  readonly error: PlantainError | undefined;
  readonly costMicroUsd: number;
}

const refusals: readonly ErrorCode[] = ['moderation_blocked', 'no_image_generated'];
/** Faults of this server: the caller gets another try, whatever they cost. */
const ours: readonly ErrorCode[] = [
  'internal_error',
  'server_stopping',
  'storage_full',
  'picture_store_unavailable',
  'storage_unavailable',
];

/**
 * Whether an outcome is the answer to every further request of its claim: pictures, a refusal, a failure that was
 * charged. What cost nothing, asks to come back, or is our own fault may be tried again.
 */
export function isKept({ error, costMicroUsd }: Outcome): boolean {
  if (error === undefined || refusals.includes(error.code)) return true;
  if (ours.includes(error.code) || error.entry.status === 429) return false;
  return costMicroUsd > 0;
}
