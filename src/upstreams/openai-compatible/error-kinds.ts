import type { ServerError } from './error-body.ts';

/** Kinds of errors, told by their words before their status: relays keep the first and change the second. */
const refusalWords: ReadonlySet<string> = new Set([
  'moderation_blocked',
  'content_policy_violation',
  'content_filter',
  'contentfilter',
  'responsibleaipolicyviolation',
]);
const creditWords: ReadonlySet<string> = new Set([
  'insufficient_quota',
  'credit_balance_exhausted',
  'organization_usage_limit_exceeded',
  'organization_spend_limit_exceeded',
  'project_spend_limit_exceeded',
  'billing_hard_limit_reached',
  'billing_not_active',
]);
/** Of what a Plantain says about its own upstream: there an operator has to act, and here nobody gets pictures from it. */
const keyWords: ReadonlySet<string> = new Set([
  'invalid_api_key',
  'account_deactivated',
  'upstream_auth_error',
]);
const placeWords: ReadonlySet<string> = new Set([
  'unsupported_country_region_territory',
  'ip_not_authorized',
  'upstream_misconfigured',
]);
const goneWords: ReadonlySet<string> = new Set(['model_not_found', 'deploymentnotfound', 'model_deprecated']);
const overloadWords: ReadonlySet<string> = new Set([
  'server_is_overloaded',
  'service_unavailable_error',
  'upstream_unavailable',
  'too_many_orders',
  'server_stopping',
]);
const limitWords: ReadonlySet<string> = new Set(['rate_limit_exceeded', 'rate_limit_error', 'slow_down']);
/** What only a server that speaks like OpenAI's says with a 404. */
const unservedStatuses: ReadonlySet<number> = new Set([405, 451, 501, 505, 511]);
const readRefusals: ReadonlySet<number> = new Set([400, 401, 403, 404, 410, 422]);

function says({ words }: ServerError, kind: ReadonlySet<string>): boolean {
  return words.some((word) => kind.has(word.toLowerCase()));
}

/** The status of an error inside a 200. */
export function meantStatus(error: ServerError): number {
  if (says(error, limitWords)) return 429;
  if (says(error, overloadWords)) return 503;
  const isOfRequest = error.words.some((word) =>
    /^(?:invalid_|image_generation_user_error|missing_|unknown_)/.test(word),
  );
  return isOfRequest || says(error, goneWords) ? 400 : 500;
}

/** Whether a safety system declined the prompt or the picture. Azure's word for a resource that is out is none of it. */
export function isRefusal(status: number, error: ServerError): boolean {
  if (isResourceBlocked(status, error)) return false;
  if (says(error, refusalWords)) return true;
  return (
    (status === 400 || status === 403) &&
    /rejected (?:by the|as a result of our) safety system|content[ _]?(?:management )?policy|content filter/i.test(
      error.message,
    )
  );
}

/** A whole Azure resource that is out, by what others asked of it (docs/contracts/openai-upstreams.md#azure). */
function isResourceBlocked(status: number, { message }: ServerError): boolean {
  return status === 403 && /resource has been (?:temporarily )?blocked/i.test(message);
}

/**
 * Why the server cannot be asked from here, or at this address, whatever it is asked; undefined when it can.
 */
export function isOfPlace(status: number, error: ServerError): string | undefined {
  if (isResourceBlocked(status, error))
    return "The gateway's upstream has blocked the operator's whole resource, because of what was asked of it.";
  if (
    says(error, placeWords) ||
    status === 451 ||
    /(?:country|region|territory)[^.]{0,40} not (?:supported|available)/i.test(error.message)
  )
    return "The gateway's upstream does not serve the place that the gateway calls from, or is set up wrongly itself.";
  const isWrongAnswer =
    (status < 400 && status >= 300) ||
    unservedStatuses.has(status) ||
    (error.isPage && (status === 200 || readRefusals.has(status))) ||
    ((status === 404 || status === 410) && !isModelGone(status, error));
  const what = error.isPage ? `a web page (${status})` : `status ${status}`;
  return isWrongAnswer
    ? `The gateway's upstream answered with ${what}: its address, or a proxy on the way, is set up wrongly.`
    : undefined;
}

/** Whether the account has no money left for it, or a limit of its own making. */
export function isCredit(status: number, error: ServerError): boolean {
  return status === 402 || says(error, creditWords);
}

/** Whether the key is good and this model is closed to it: an organisation that is not verified, a project without it. */
export function isKeyOfModel(status: number, error: ServerError): boolean {
  return (
    status === 403 &&
    (/organi[sz]ation must be verified/i.test(error.message) ||
      says(error, goneWords) ||
      /does not have access to (?:the )?model/i.test(error.message))
  );
}

/** Whether the server does not have the model. */
export function isModelGone(status: number, error: ServerError): boolean {
  if (status >= 500 || status === 403 || error.isPage) return false;
  if (says(error, goneWords)) return true;
  const { message } = error;
  return (
    (status === 404 || status === 400 || status === 410) &&
    /\bmodel\b.{0,100}\b(?:not found|mismatch|not exist)\b/i.test(message)
  );
}

export function isOfCredentials(status: number, error: ServerError): boolean {
  return status === 401 || status === 403 || says(error, keyWords);
}

/** Whether it lacks room at the moment. Xinference says so with a 409. */
export function isOverload(status: number, error: ServerError): boolean {
  return status === 503 || status === 529 || status === 409 || (says(error, overloadWords) && status !== 429);
}
