import type { Outcome } from '../../journey/upstream.ts';
import { PlantainError, toPlantainError } from '../../kernel/plantain-error.ts';
import { TransportError } from './post-upstream.ts';

type Failed = Extract<Outcome, { kind: 'failed' }>;

const unreachableCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
]);
const silentCodes: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
/** Undici did not take our request: nothing that an upstream did. */
const ownFault = 'UND_ERR_INVALID_ARG';

/**
 * What a call that broke means: no connection, a reset, silence, an answer too large or not to be read. Whatever else
 * is thrown is a fault of ours: `internal_error`, which no second try helps.
 */
export function failureToOutcome(thrown: unknown): Failed {
  const error = thrown instanceof TransportError ? transportFailure(thrown) : toPlantainError(thrown);
  return { kind: 'failed', error, retry: error.entry.retryable, health: 'healthy' };
}

function transportFailure(thrown: TransportError): PlantainError {
  const { code, cause } = thrown;
  if (code === ownFault) return toPlantainError(cause);
  if (silentCodes.has(code)) {
    const message = 'The upstream fell silent before the picture was ready.';
    return new PlantainError('upstream_timeout', message, { cause });
  }
  if (unreachableCodes.has(code))
    return new PlantainError('upstream_unavailable', 'The upstream cannot be reached.', { cause });
  return new PlantainError('upstream_error', 'The upstream broke off its answer.', { cause });
}
