import { newId } from '../../src/kernel/ids.ts';
import type { LedgerAttempt, LedgerCompletion, LedgerOpening } from '../../src/usage/ledger.ts';

/** An order of one picture as the ledger is told of it, with what a test has to say about it. */
export function plainOpening(
  fields: Partial<LedgerOpening> & { readonly createdAtMs: number },
): LedgerOpening {
  return {
    id: newId('req', fields.createdAtMs),
    keyId: 'key_1',
    projectId: 'proj_default',
    operation: 'generate',
    model: 'm',
    requestedModel: 'm',
    imagesRequested: 1,
    reservedMicroUsd: 40_000,
    endUser: null,
    upstream: null,
    ...fields,
  };
}

/** How it ended. */
export function plainCompletion(
  fields: Partial<LedgerCompletion> & { readonly finishedAtMs: number },
): LedgerCompletion {
  return {
    status: 'succeeded',
    errorCode: null,
    upstream: 'gemini',
    imagesDelivered: 1,
    inputTokens: 12,
    outputTokens: 1300,
    outputImageTokens: 1120,
    usageSource: 'upstream',
    costMicroUsd: 34_968,
    bytesOut: 1_400_000,
    attempts: 0,
    ...fields,
  };
}

/** A call that was made for it. */
export function plainAttempt(fields: Partial<LedgerAttempt> = {}): LedgerAttempt {
  return {
    upstream: 'gemini',
    model: 'gemini-nano-banana-2.1',
    startedAtMs: 1_795_000_000_100,
    endedAtMs: 1_795_000_008_900,
    verdict: 'picture',
    phase: 'answered',
    fault: null,
    httpStatus: 200,
    errorCode: null,
    inputTokens: 12,
    outputTokens: 1300,
    outputImageTokens: 1120,
    usageSource: 'upstream',
    costMicroUsd: 34_968,
    priceId: 'gemini-nano-banana-2.1/standard/2026-10-06',
    priceLines: [
      { of: 'text_in', count: 12, microUsdPerMillion: 1_500_000 },
      { of: 'pictures_out', count: 1120, microUsdPerMillion: 30_000_000 },
    ],
    ...fields,
  };
}
