import type { CallFault } from '../../journey/call.ts';
import type { ErrorCode } from '../../kernel/error-catalogue.ts';
import { sentence } from '../../kernel/foreign-text.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { Evidence } from '../http/evidence.ts';
import { causeOf, type GoogleError, type ToldError } from './google-error.ts';
import { type Want, wantOf } from './error-reasons.ts';
import { misplaced } from './misplaced.ts';
import { type Judgement, limited, outOfCredit, overloaded } from './quota-errors.ts';

/** HTTP status of a google.rpc status, for errors inside a 200 (docs/contracts/gemini.md#errors). */
const statusOfRpc: ReadonlyMap<string, number> = new Map([
  ['INVALID_ARGUMENT', 400],
  ['FAILED_PRECONDITION', 400],
  ['OUT_OF_RANGE', 400],
  ['UNAUTHENTICATED', 401],
  ['PERMISSION_DENIED', 403],
  ['NOT_FOUND', 404],
  ['ABORTED', 409],
  ['RESOURCE_EXHAUSTED', 429],
  ['CANCELLED', 499],
  ['INTERNAL', 500],
  ['UNKNOWN', 500],
  ['DATA_LOSS', 500],
  ['UNIMPLEMENTED', 501],
  ['UNAVAILABLE', 503],
  ['DEADLINE_EXCEEDED', 504],
]);

/** Which of our parameters an upstream complaint is about; of what it drew itself, none. */
const paramHints: readonly (readonly [RegExp, string | undefined])[] = [
  [/generated data/i, undefined],
  [/aspect.?ratio/i, 'aspect_ratio'],
  [/image.?size/i, 'image_size'],
  [/candidate/i, 'n'],
  [/(?:input|provided) image|inline.?data|mime.?type/i, 'image'],
  [/contents|empty input|token count|prompt/i, 'prompt'],
];

/** A body, not a prompt of too many tokens. */
const tooLarge = /\b(?:payload|request|body|entity)(?: \w{1,20})? (?:size|too large)\b/i;

/**
 * What an upstream error means (docs/contracts/gemini.md#errors). The upstream's text reaches callers only for errors
 * about their own request, and never with anything that looks like a key or a project.
 */
export function errorEvidence(told: ToldError): Evidence {
  const status = meantStatus(told);
  const judgement = judged(status, told);
  // No capacity is a failure of the upstream's own, told by a 429 or by a 503.
  const phase = status >= 500 || judgement.fault === 'capacity' ? 'failed' : 'refused';
  return { verdict: 'failed', phase, ...judgement };
}

/** The HTTP status that is meant: relays pass on another's refusal as a failure of their own. */
function meantStatus({ status, error }: ToldError): number {
  const inner = statusOfRpc.get(error.status) ?? error.code;
  if (status === undefined) return inner ?? 500;
  return status >= 500 && inner !== undefined && inner < 500 ? inner : status;
}

function judged(status: number, told: ToldError): Judgement {
  const { error } = told;
  const judgement = (fault: CallFault, code: ErrorCode, message: string): Judgement => ({
    fault,
    error: new PlantainError(code, message, { cause: causeOf(error) ?? `HTTP ${status}` }),
  });
  const want = status === 400 || status === 401 || status === 403 ? wantOf(error) : undefined;
  if (want !== undefined && want.fault !== 'capacity') return wanting(want, told);
  const place = misplaced(status, error);
  if (place !== undefined)
    return judgement('place', 'upstream_misconfigured', `${place} The operator has to act.`);
  if (isKeyRefused(status, error)) return wanting({ fault: 'credential' }, told);
  switch (status) {
    case 400:
    case 413:
    case 422:
      return rejected(status, error);
    case 402:
      return outOfCredit(error);
    case 404:
    case 410:
      return retired(error);
    case 429:
      return wantOf(error)?.fault === 'capacity' ? overloaded(told) : limited(told);
    case 503:
    case 529:
      if (gaveUp(error)) return judgement('upstream', 'upstream_timeout', tooLate);
      return overloaded(told);
    case 408:
    case 504:
      return judgement('upstream', 'upstream_timeout', tooLate);
    default:
      return judgement('upstream', 'upstream_error', 'The upstream failed. Try again in a moment.');
  }
}

const tooLate = 'The upstream gave up before the picture was ready.';

/** A 503 at times is a deadline of the upstream's own. */
function gaveUp({ status, message }: GoogleError): boolean {
  return status === 'DEADLINE_EXCEEDED' || /\bdeadline expired\b/i.test(message);
}

/** For want of what the operator has to bring. */
function wanting({ fault, ...whom }: Want, { status, error }: ToldError): Judgement {
  if (fault === 'credit') return outOfCredit(error);
  const cause = causeOf(error) ?? `HTTP ${status ?? 200}`;
  const isPlace = fault === 'place';
  const message = isPlace
    ? "The gateway's upstream project is not set up for this service. The operator has to act."
    : "The gateway's upstream refused its credentials. The operator has to act.";
  const code = isPlace ? 'upstream_misconfigured' : 'upstream_auth_error';
  return { fault, ...whom, error: new PlantainError(code, message, { cause }) };
}

function isKeyRefused(status: number, error: GoogleError): boolean {
  if (status === 401 || status === 403) return true;
  return (
    status < 500 &&
    (error.details.some(({ reason }) => typeof reason === 'string' && reason.startsWith('API_KEY_')) ||
      /\bapi[ _]key (?:not (?:valid|found)|expired|is invalid)|\b(?:invalid|leaked) api[ _]key/i.test(
        error.message,
      ))
  );
}

/** Nothing is wrong with the upstream: what was asked for is not there. */
function retired(error: GoogleError): Judgement {
  const message = 'The upstream no longer serves this model. Choose another; GET /v1/models lists them.';
  const details = { param: 'model', cause: causeOf(error) };
  return { fault: 'caller', reach: 'model', error: new PlantainError('model_not_found', message, details) };
}

function rejected(status: number, error: GoogleError): Judgement {
  const cause = causeOf(error);
  if (status === 413 || tooLarge.test(error.message)) {
    const message = 'The request is larger than the upstream takes. Send fewer or smaller pictures.';
    return {
      fault: 'caller',
      error: new PlantainError('upstream_rejected', message, { param: 'image', cause }),
    };
  }
  const param = paramHints.find(([pattern]) => pattern.test(error.message))?.[1];
  const words = error.message === '' ? 'It gave no reason.' : `It says: ${sentence(error.message, 400)}`;
  const details = { cause, ...(param !== undefined && { param }) };
  const message = `The upstream refused the request. ${words}`;
  return { fault: 'caller', error: new PlantainError('upstream_rejected', message, details) };
}
