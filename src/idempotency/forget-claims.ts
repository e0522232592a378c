import type { AnswerKeeper } from './answer-keeper.ts';
import type { ClaimStore, EndedClaim } from './claim-store.ts';
import type { RetryIndex } from './retry-index.ts';

export interface ClaimParts {
  readonly store: ClaimStore;
  readonly answers: AnswerKeeper;
  readonly retries: RetryIndex;
}

/** Forgets ended claims with their answers: rows first, so that none names an answer that is not there. */
export async function forgetClaims(
  { store, answers, retries }: ClaimParts,
  claims: readonly EndedClaim[],
): Promise<void> {
  await store.remove(claims.map(({ id }) => id));
  for (const claim of claims) {
    retries.delete({ claim });
    if (claim.answer !== null) await answers.remove(claim.answer.blob);
  }
}
