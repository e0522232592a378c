import type { Outcome } from '../../journey/upstream.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';

type Failed = Extract<Outcome, { kind: 'failed' }>;

const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
]);
const silentCodes = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** What a call that broke (no connection, reset, cut body, bad JSON) means. Undici's codes are its `UND_ERR_…`. */
export function failureToOutcome(thrown: unknown): Failed {
  if (thrown instanceof PlantainError)
    return { kind: 'failed', error: thrown, retry: thrown.entry.retryable, health: 'healthy' };
  if (thrown instanceof RangeError) {
    const error = new PlantainError(
      'upstream_answer_too_large',
      'The text around the pictures in the upstream answer is too large.',
      { cause: thrown },
    );
    return { kind: 'failed', error, retry: false, health: 'healthy' };
  }
  const code = codeOf(thrown);
  if (silentCodes.has(code))
    return failed('upstream_timeout', 'The upstream fell silent before the picture was ready.', thrown);
  if (unreachableCodes.has(code))
    return failed('upstream_unavailable', 'The upstream cannot be reached.', thrown);
  return failed(
    'upstream_error',
    'The upstream broke off its answer or sent one that cannot be read.',
    thrown,
  );
}

function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return '';
  const { code } = thrown as NodeJS.ErrnoException;
  if (code !== undefined) return code;
  return thrown instanceof AggregateError ? codeOf(thrown.errors[0]) : '';
}

function failed(
  code: 'upstream_timeout' | 'upstream_unavailable' | 'upstream_error',
  message: string,
  cause: unknown,
): Failed {
  return {
    kind: 'failed',
    error: new PlantainError(code, message, { cause }),
    retry: true,
    health: 'healthy',
  };
}
