import type { CallFault } from '../../journey/call.ts';
import { cleanText, cutText, sentence } from '../../kernel/foreign-text.ts';
import type { ErrorCode } from '../../kernel/error-catalogue.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { Evidence } from '../http/evidence.ts';
import type { GoogleError } from './error-body.ts';
import { retryDelayMs } from './retry-delay.ts';

/** An error as it came. */
export interface ToldError {
  /** The HTTP status; undefined for an error inside a 200. */
  readonly status: number | undefined;
  readonly error: GoogleError;
  readonly retryAfter?: string | readonly string[] | undefined;
  readonly nowMs: number;
}

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

/** Which of our parameters an upstream complaint is about. */
const paramHints: readonly (readonly [RegExp, string])[] = [
  [/aspect.?ratio/i, 'aspect_ratio'],
  [/image.?size/i, 'image_size'],
  [/candidate/i, 'n'],
  [/input image|inline.?data|mime.?type/i, 'image'],
  [/contents|empty input|token count|prompt/i, 'prompt'],
];

const defaultCoolDownMs = 10_000;

/**
 * What an upstream error means (docs/contracts/gemini.md#errors). The upstream's text reaches callers only for errors
 * about their own request, and never with anything that looks like a key or a project.
 */
export function errorEvidence(told: ToldError): Evidence {
  const { error } = told;
  const status = told.status ?? error.code ?? statusOfRpc.get(error.status) ?? 500;
  const phase = status >= 500 ? 'failed' : 'refused';
  return { verdict: 'failed', phase, ...judged(status, told) };
}

type Judgement = Pick<Evidence, 'fault' | 'error' | 'untilMs'>;

function judged(status: number, told: ToldError): Judgement {
  const { error } = told;
  const judgement = (fault: CallFault, code: ErrorCode, message: string): Judgement => ({
    fault,
    error: new PlantainError(code, message, { cause: causeOf(error) }),
  });
  const lacking = credentialFault(status, error);
  if (lacking !== undefined) {
    const message = "The gateway's upstream refused its credentials. The operator has to act.";
    return judgement(lacking, 'upstream_auth_error', message);
  }
  if (status === 402 || (status === 429 && isOutOfCredit(error))) {
    const message =
      "The gateway's upstream project has used up its credits or quota. The operator has to act; retrying will not help.";
    return judgement('credit', 'insufficient_quota', message);
  }
  switch (status) {
    case 400:
      return rejected(error);
    case 404:
      return retired(error);
    case 429:
      return limited(told);
    case 503:
      return judgement(
        'capacity',
        'upstream_unavailable',
        'The upstream is overloaded. Try again in a moment.',
      );
    case 504:
      return judgement('upstream', 'upstream_timeout', 'The upstream gave up before the picture was ready.');
    default: {
      const message =
        status >= 500
          ? 'The upstream failed. Try again in a moment.'
          : `The upstream answered with an unexpected status (${status}).`;
      return judgement('upstream', 'upstream_error', message);
    }
  }
}

/** Whether what is lacking is the right to ask, or asking from a place that is served. */
function credentialFault(status: number, error: GoogleError): CallFault | undefined {
  if (error.status === 'FAILED_PRECONDITION') return 'place';
  const isKeyRefused =
    status === 401 ||
    status === 403 ||
    error.details.some((detail) => detail['reason'] === 'API_KEY_INVALID') ||
    /api key not valid/i.test(error.message);
  return isKeyRefused ? 'credential' : undefined;
}

/** Credits that only an operator can refill, told apart from a pause by words alone (docs/contracts/gemini.md#quota-errors). */
function isOutOfCredit({ message }: GoogleError): boolean {
  if (/\blimit: 0\b|credits|prepaid|prepayment|spend(?:ing)? cap\b/i.test(message)) return true;
  return /billing/i.test(message) && /depleted/i.test(message);
}

function limited({ error, retryAfter, nowMs }: ToldError): Judgement {
  const delayMs = retryDelayMs(error, retryAfter, nowMs) ?? defaultCoolDownMs;
  const retryAfterSeconds = Math.max(1, Math.ceil(delayMs / 1000));
  const message = `The upstream is limiting requests for this model. Try again in ${retryAfterSeconds} seconds.`;
  const details = { retryAfterSeconds, cause: causeOf(error) };
  return {
    fault: 'quota',
    untilMs: nowMs + delayMs,
    error: new PlantainError('rate_limit_exceeded', message, details),
  };
}

/** Nothing is wrong with the upstream: what was asked for is not there. */
function retired(error: GoogleError): Judgement {
  const message = 'The upstream no longer serves this model. Choose another; GET /v1/models lists them.';
  const details = { param: 'model', cause: causeOf(error) };
  return { fault: 'caller', error: new PlantainError('model_not_found', message, details) };
}

function rejected(error: GoogleError): Judgement {
  const param = paramHints.find(([pattern]) => pattern.test(error.message))?.[1];
  const words = error.message === '' ? 'It gave no reason.' : `It says: ${sentence(error.message, 400)}`;
  const details = { cause: causeOf(error), ...(param !== undefined && { param }) };
  const message = `The upstream refused the request. ${words}`;
  return { fault: 'caller', error: new PlantainError('upstream_rejected', message, details) };
}

/** For the log: status and text, bounded. */
function causeOf(error: GoogleError): string | undefined {
  const text = cleanText(`${error.status} ${error.message}`);
  return text === '' ? undefined : cutText(text, 1000);
}
