import type { Call } from '../../src/journey/call.ts';
import type { CatalogueModel } from '../../src/journey/catalogue-model.ts';
import type { TokenUsage } from '../../src/journey/image-result.ts';
import { noUsage } from '../../src/journey/sum-usage.ts';
import type { ErrorCode } from '../../src/kernel/error-catalogue.ts';
import { PlantainError } from '../../src/kernel/plantain-error.ts';

/** One input token and 1000 of a picture. */
export const pictureUsage: TokenUsage = {
  ...noUsage,
  inputTokens: 1,
  inputTextTokens: 1,
  outputTokens: 1000,
  outputImageTokens: 1000,
  totalTokens: 1001,
};

/** A call that brought a picture and was counted, except for what a test says. */
export function plainCall(fields: Partial<Call> = {}): Call {
  return {
    upstream: 'gemini',
    model: { id: 'model' } as CatalogueModel,
    startedAtMs: 0,
    endedAtMs: 0,
    verdict: 'picture',
    phase: 'answered',
    fault: undefined,
    httpStatus: 200,
    picturesSeen: 1,
    usage: pictureUsage,
    ...fields,
  };
}

/** A call that failed: by an error status, unless a test says otherwise. */
export function failedCall(code: ErrorCode, fields: Partial<Call> = {}): Call {
  return plainCall({
    verdict: 'failed',
    phase: 'failed',
    fault: 'upstream',
    httpStatus: 500,
    error: new PlantainError(code, code),
    picturesSeen: 0,
    usage: 'not counted',
    ...fields,
  });
}
