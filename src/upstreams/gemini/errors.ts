import { z } from 'zod';
import type { Outcome } from '../../journey/upstream.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { sentence } from './refusals.ts';

type Failed = Extract<Outcome, { kind: 'failed' }>;

const errorBody = z.object({
  error: z.object({
    code: z.number().optional().catch(undefined),
    message: z.string().catch(''),
    status: z.string().catch(''),
    details: z.array(z.looseObject({ '@type': z.string().catch('') })).catch([]),
  }),
});
type GoogleError = z.infer<typeof errorBody>['error'];

/** HTTP status of a google.rpc status, for errors inside a 200 (docs/contracts/gemini.md#errors). */
const statusOfRpc: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ABORTED: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  UNKNOWN: 500,
  DATA_LOSS: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

/** Which of our parameters an upstream complaint is about. */
const paramHints: readonly (readonly [RegExp, string])[] = [
  [/aspect.?ratio/i, 'aspect_ratio'],
  [/image.?size/i, 'image_size'],
  [/candidate/i, 'n'],
  [/input image|inline.?data|mime.?type/i, 'image'],
  [/contents|empty input|token count|prompt/i, 'prompt'],
];

/**
 * What an upstream error means for the order and for the upstream (docs/contracts/gemini.md#errors). `status` is the HTTP
 * status, undefined for an error inside a 200. The upstream's text reaches callers only for errors about
 * their own request, and never with anything that looks like a key or a project.
 */
export function errorBodyToOutcome(status: number | undefined, body: unknown): Failed {
  const parsed = errorBody.safeParse(body);
  const error: GoogleError = parsed.success
    ? parsed.data.error
    : { code: undefined, message: '', status: '', details: [] };
  const effective = status ?? error.code ?? statusOfRpc[error.status] ?? 500;
  if (isCredentialProblem(effective, error)) {
    return outOfService(
      'upstream_auth_error',
      "The gateway's upstream refused its credentials. The operator has to act.",
      error,
    );
  }
  if (effective === 429) return limited(error);
  if (effective === 404) {
    return failed(
      'model_not_found',
      'The upstream no longer serves this model. Choose another; GET /v1/models lists them.',
      error,
      { param: 'model' },
    );
  }
  if (effective === 400) return rejected(error);
  if (effective === 503)
    return failed('upstream_unavailable', 'The upstream is overloaded. Try again in a moment.', error, {
      retry: true,
    });
  if (effective === 504)
    return failed('upstream_timeout', 'The upstream gave up before the picture was ready.', error, {
      retry: true,
    });
  if (effective >= 500)
    return failed('upstream_error', 'The upstream failed. Try again in a moment.', error, { retry: true });
  return failed('upstream_error', `The upstream answered with an unexpected status (${effective}).`, error);
}

function isCredentialProblem(status: number, error: GoogleError): boolean {
  if (status === 401 || status === 403) return true;
  if (error.status === 'FAILED_PRECONDITION') return true;
  return (
    error.details.some((detail) => detail['reason'] === 'API_KEY_INVALID') ||
    /api key not valid/i.test(error.message)
  );
}

/** 429: a pause with a stated end, or credits that only an operator can refill (docs/contracts/gemini.md#quota-errors). */
function limited(error: GoogleError): Failed {
  if (
    /\blimit: 0\b/.test(error.message) ||
    /credits|billing.*depleted|prepa(id|yment)/i.test(error.message)
  ) {
    return outOfService(
      'insufficient_quota',
      "The gateway's upstream project has used up its credits or quota. The operator has to act; retrying will not help.",
      error,
    );
  }
  const delayMs = retryDelayMs(error) ?? 10_000;
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

/** The delay stands in RetryInfo (`34s`, `34.28s`) and, more exactly, in the message (`48m44.2s`). */
function retryDelayMs(error: GoogleError): number | undefined {
  const stated = error.details.find((detail) => detail['@type'].endsWith('google.rpc.RetryInfo'))?.[
    'retryDelay'
  ];
  const text =
    typeof stated === 'string' ? stated : /retry in ([\dhms.]+?)s?\.?\s*$/im.exec(error.message)?.[1];
  if (text === undefined) return undefined;
  const [, hours, minutes, seconds] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?$/.exec(text) ?? [];
  const total = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return total > 0 ? total * 1000 : undefined;
}

function rejected(error: GoogleError): Failed {
  const param = paramHints.find(([pattern]) => pattern.test(error.message))?.[1];
  const words =
    error.message === '' ? 'It gave no reason.' : `It says: ${sentence(withoutSecrets(error.message), 400)}`;
  return failed(
    'upstream_rejected',
    `The upstream refused the request. ${words}`,
    error,
    param === undefined ? {} : { param },
  );
}

function withoutSecrets(text: string): string {
  return text
    .replaceAll(/\b(?:AIza[\w-]{10,}|AQ\.[\w-]{10,}|ya29\.[\w.-]{10,})/g, '[redacted]')
    .replaceAll(/projects\/[\w:.-]+/gi, 'projects/[redacted]')
    .replaceAll(/https?:\/\/\S+/g, '[link]');
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
  const text = `${error.status} ${withoutSecrets(error.message)}`.trim();
  return text === '' ? undefined : text.slice(0, 1000);
}
