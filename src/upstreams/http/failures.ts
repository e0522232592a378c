import type { CallFault, CallPhase } from '../../journey/call.ts';
import { PlantainError, toPlantainError } from '../../kernel/plantain-error.ts';
import { CredentialsError } from '../credentials/credentials-error.ts';
import type { Evidence } from './evidence.ts';
import { TransportError } from '../client/transport-error.ts';

const unreachableCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CONNECT_TIMEOUT',
  'ETIMEDOUT',
]);
const silentCodes: ReadonlySet<string> = new Set(['HEADERS_TIMEOUT', 'BODY_TIMEOUT']);
/** Undici did not take our request: nothing that an upstream did. */
const ownFault = 'INVALID_ARG';

/**
 * What a call that broke means: no connection, a reset, silence, an answer too large or not to be read. Whatever else
 * is thrown is a fault of ours: `internal_error`, with what was thrown as its cause.
 */
export function failureEvidence(thrown: unknown, phase: CallPhase): Evidence {
  const error = thrown instanceof TransportError ? transportFailure(thrown) : toPlantainError(thrown);
  return { verdict: 'failed', phase, fault: faultOf(error), error };
}

/** What a call means that was cut off because its order was given up. */
export function cutOffEvidence(reason: unknown, phase: CallPhase): Evidence {
  const error = toPlantainError(reason);
  const faults: ReadonlyMap<string, CallFault> = new Map([
    ['client_closed', 'caller'],
    ['upstream_timeout', 'upstream'],
  ]);
  return { verdict: 'failed', phase, fault: faults.get(error.code) ?? 'ours', error };
}

/** An answer larger than we take, or a fault of our own, is nothing that asking again would cure. */
function faultOf(error: PlantainError): CallFault {
  if (error instanceof CredentialsError) return 'credential';
  const { code } = error;
  const isOurs = code === 'upstream_answer_too_large' || code === 'internal_error';
  return isOurs ? 'ours' : 'upstream';
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
