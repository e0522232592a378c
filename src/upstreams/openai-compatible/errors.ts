import type { IncomingHttpHeaders } from 'node:http';
import type { CallFault } from '../../journey/call.ts';
import type { ErrorCode } from '../../kernel/error-catalogue.ts';
import { type ErrorDetails, PlantainError } from '../../kernel/plantain-error.ts';
import { type Evidence, wholeSeconds } from '../http/evidence.ts';
import { causeOf, type ServerError, wordsOf } from './error-body.ts';
import {
  isCredit,
  isKeyOfModel,
  isModelGone,
  isOfCredentials,
  isOfPlace,
  isOverload,
  isRefusal,
  meantStatus,
} from './error-kinds.ts';
import { isBeyondLimit, pauseMs, quotaOf } from './rate-limits.ts';
import { refusalError } from './refusals.ts';

/** An error as it came. */
export interface ToldError {
  /** The HTTP status; undefined for an error inside a 200. */
  readonly status: number | undefined;
  readonly error: ServerError;
  readonly headers: IncomingHttpHeaders;
  readonly nowMs: number;
}

type Judgement = Omit<Evidence, 'verdict' | 'phase'>;

const operator = 'The operator has to act.';

/**
 * What a server's error means (docs/contracts/openai-upstreams.md#errors). Its text reaches callers only for errors about
 * their own request, and never with anything that looks like a key or a project.
 */
export function errorEvidence(told: ToldError): Evidence {
  const status = told.status ?? meantStatus(told.error);
  const phase = status >= 500 ? 'failed' : 'refused';
  if (isRefusal(status, told.error))
    return { verdict: 'refused', phase, fault: 'caller', error: refusalError(told.error) };
  return { verdict: 'failed', phase, ...judged(status, told) };
}

function judged(status: number, told: ToldError): Judgement {
  const { error } = told;
  const cause = causeOf(error) ?? `HTTP ${status}`;
  const fail = (
    fault: CallFault,
    code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ): Judgement => ({
    fault,
    error: new PlantainError(code, message, { ...details, cause }),
  });
  const place = isOfPlace(status, error);
  if (place !== undefined) return fail('place', 'upstream_misconfigured', `${place} ${operator}`);
  if (isCredit(status, error)) return outOfCredit(told, fail);
  if (isKeyOfModel(status, error)) {
    const message = `The gateway's upstream does not let its account draw with this model. ${operator}`;
    return { ...fail('credential', 'upstream_auth_error', message), reach: 'model' };
  }
  if (isModelGone(status, error)) {
    const message = 'The upstream does not serve this model. Choose another; GET /v1/models lists them.';
    return { ...fail('caller', 'model_not_found', message, { param: 'model' }), reach: 'model' };
  }
  if (isOfCredentials(status, error))
    return fail(
      'credential',
      'upstream_auth_error',
      `The gateway's upstream refused its credentials. ${operator}`,
    );
  if (isOverload(status, error)) return overloaded(told, fail);
  if (status === 429) return limited(told, fail);
  if (status === 408 || status === 504)
    return fail('upstream', 'upstream_timeout', 'The upstream gave up before the picture was ready.');
  if (status >= 500) return fail('upstream', 'upstream_error', 'The upstream failed. Try again in a moment.');
  return rejected(status, error, fail);
}

type Fail = (fault: CallFault, code: ErrorCode, message: string, details?: ErrorDetails) => Judgement;

/** What an operator alone can bring back; another Plantain tells when its upstream's quota of the day does by itself. */
function outOfCredit({ error, headers, nowMs }: ToldError, fail: Fail): Judgement {
  const delayMs = pauseMs(error.message, headers, nowMs);
  if (delayMs === undefined) {
    const message = `The gateway's upstream account has used up its credit or a limit of spending. ${operator} Retrying will not help.`;
    return fail('credit', 'insufficient_quota', message);
  }
  const retryAfterSeconds = wholeSeconds(delayMs);
  const message = `The gateway's upstream has used up its quota, which comes back in ${retryAfterSeconds} seconds.`;
  return {
    ...fail('quota', 'insufficient_quota', message, { retryAfterSeconds }),
    untilMs: nowMs + delayMs,
    quota: { kind: 'day' },
  };
}

const defaultCoolDownMs = 10_000;

/** A 429: a limit that a pause cures, or one that can never be kept. */
function limited({ error, headers, nowMs }: ToldError, fail: Fail): Judgement {
  const { message } = error;
  if (isBeyondLimit(message)) {
    const words =
      'The request asks for more at once than the upstream ever allows. Send fewer or smaller pictures.';
    return fail('caller', 'upstream_rejected', words, { param: 'image' });
  }
  const statedMs = pauseMs(message, headers, nowMs);
  const delayMs = statedMs ?? defaultCoolDownMs;
  const retryAfterSeconds = wholeSeconds(delayMs);
  const words = `The upstream is limiting requests for this model. Try again in ${retryAfterSeconds} seconds.`;
  return {
    ...fail('quota', 'rate_limit_exceeded', words, { retryAfterSeconds }),
    untilMs: nowMs + delayMs,
    quota: quotaOf(message, headers, statedMs !== undefined),
  };
}

function overloaded({ error, headers, nowMs }: ToldError, fail: Fail): Judgement {
  const delayMs = pauseMs(error.message, headers, nowMs);
  const details = delayMs === undefined ? {} : { retryAfterSeconds: wholeSeconds(delayMs) };
  return {
    ...fail(
      'capacity',
      'upstream_unavailable',
      'The upstream is overloaded. Try again in a moment.',
      details,
    ),
    ...(delayMs !== undefined && { untilMs: nowMs + delayMs }),
  };
}

/** Fields of requests, by what servers call them. */
const params: ReadonlySet<string> = new Set([
  'prompt',
  'size',
  'aspect_ratio',
  'image_size',
  'quality',
  'background',
  'moderation',
  'output_format',
  'safety_settings',
  'image',
  'mask',
]);

function rejected(status: number, error: ServerError, fail: Fail): Judgement {
  if (error.words.includes('no_image_generated'))
    return fail('caller', 'no_image_generated', `The upstream drew no picture. ${wordsOf(error)}`);
  if (status === 413) {
    const message = 'The request is larger than the upstream takes. Send fewer or smaller pictures.';
    return fail('caller', 'upstream_rejected', message, { param: 'image' });
  }
  const named = error.param?.replace(/\[\d*\]$/, '') ?? '';
  const words = error.message === '' ? 'It gave no reason.' : `It says: ${wordsOf(error, 400)}`;
  return fail(
    'caller',
    'upstream_rejected',
    `The upstream refused the request. ${words}`,
    params.has(named) ? { param: named } : {},
  );
}
