import type { Outcome } from '../../journey/upstream.ts';
import { cleanText, cutText, sentence } from '../../kernel/foreign-text.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { GoogleError } from './error-body.ts';
import { retryDelayMs } from './retry-delay.ts';

type Failed = Extract<Outcome, { kind: 'failed' }>;

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
 * What an upstream error means for the order and for the upstream (docs/contracts/gemini.md#errors). The upstream's text reaches
 * callers only for errors about their own request, and never with anything that looks like a key or a project.
 */
export function errorToOutcome(told: ToldError): Failed {
  const { error } = told;
  const status = told.status ?? error.code ?? statusOfRpc.get(error.status) ?? 500;
  if (isCredentialProblem(status, error)) {
    return outOfService(
      'upstream_auth_error',
      "The gateway's upstream refused its credentials. The operator has to act.",
      error,
    );
  }
  if (status === 402 || (status === 429 && isOutOfCredit(error))) {
    return outOfService(
      'insufficient_quota',
      "The gateway's upstream project has used up its credits or quota. The operator has to act; retrying will not help.",
      error,
    );
  }
  if (status === 429) return limited(told);
  if (status === 404) {
    return failed(
      'model_not_found',
      'The upstream no longer serves this model. Choose another; GET /v1/models lists them.',
      error,
      { param: 'model' },
    );
  }
  if (status === 400) return rejected(error);
  if (status === 503)
    return failed('upstream_unavailable', 'The upstream is overloaded. Try again in a moment.', error, {
      retry: true,
    });
  if (status === 504)
    return failed('upstream_timeout', 'The upstream gave up before the picture was ready.', error, {
      retry: true,
    });
  if (status >= 500)
    return failed('upstream_error', 'The upstream failed. Try again in a moment.', error, { retry: true });
  return failed('upstream_error', `The upstream answered with an unexpected status (${status}).`, error);
}

function isCredentialProblem(status: number, error: GoogleError): boolean {
  if (status === 401 || status === 403) return true;
  if (error.status === 'FAILED_PRECONDITION') return true;
  return (
    error.details.some((detail) => detail['reason'] === 'API_KEY_INVALID') ||
    /api key not valid/i.test(error.message)
  );
}

/** Credits that only an operator can refill, told apart from a pause by words alone (docs/contracts/gemini.md#quota-errors). */
function isOutOfCredit({ message }: GoogleError): boolean {
  if (/\blimit: 0\b|credits|prepaid|prepayment|spend(?:ing)? cap\b/i.test(message)) return true;
  return /billing/i.test(message) && /depleted/i.test(message);
}

function limited({ error, retryAfter, nowMs }: ToldError): Failed {
  const delayMs = retryDelayMs(error, retryAfter, nowMs) ?? defaultCoolDownMs;
  const seconds = Math.max(1, Math.ceil(delayMs / 1000));
  const message = `The upstream is limiting requests for this model. Try again in ${seconds} seconds.`;
  return {
    kind: 'failed',
    error: new PlantainError('rate_limit_exceeded', message, {
      retryAfterSeconds: seconds,
      cause: causeOf(error),
    }),
    retry: false,
    health: 'cooling',
    coolDownMs: delayMs,
  };
}

function rejected(error: GoogleError): Failed {
  const param = paramHints.find(([pattern]) => pattern.test(error.message))?.[1];
  const words = error.message === '' ? 'It gave no reason.' : `It says: ${sentence(error.message, 400)}`;
  return failed(
    'upstream_rejected',
    `The upstream refused the request. ${words}`,
    error,
    param === undefined ? {} : { param },
  );
}

function outOfService(
  code: 'upstream_auth_error' | 'insufficient_quota',
  message: string,
  error: GoogleError,
): Failed {
  return {
    kind: 'failed',
    error: new PlantainError(code, message, { cause: causeOf(error) }),
    retry: false,
    health: 'out_of_service',
  };
}

function failed(
  code: ConstructorParameters<typeof PlantainError>[0],
  message: string,
  error: GoogleError,
  { retry = false, param }: { retry?: boolean; param?: string } = {},
): Failed {
  const details = { cause: causeOf(error), ...(param !== undefined && { param }) };
  return { kind: 'failed', error: new PlantainError(code, message, details), retry, health: 'healthy' };
}

/** For the log: status and text, bounded. */
function causeOf(error: GoogleError): string | undefined {
  const text = cleanText(`${error.status} ${error.message}`);
  return text === '' ? undefined : cutText(text, 1000);
}
