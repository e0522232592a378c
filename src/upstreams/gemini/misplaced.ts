import type { GoogleError } from './google-error.ts';

/** Statuses below 500 that may pass, or that say what they mean in a page as well. */
const ownMeaning: ReadonlySet<number> = new Set([402, 408, 409, 413, 425, 429, 499]);
const readRefusals: ReadonlySet<number> = new Set([400, 401, 403, 404, 410, 422]);
/** Not implemented, HTTP not spoken, a network that wants a login first. */
const unservedStatuses: ReadonlySet<number> = new Set([501, 505, 511]);
const placeWords =
  /\bnot (?:yet )?(?:supported|available|allowed|served)\b.{0,40}\b(?:your|this) (?:country|region|location|area)|\b(?:country|region|location|territory) (?:is )?(?:not|un)[ -]?(?:supported|available|allowed|served)/i;

/**
 * Why an upstream cannot be asked from here, or at this address, whatever it is asked: no answer of the API's own, or
 * one about the place the call came from. Undefined when it is neither.
 */
export function misplaced(status: number, error: GoogleError): string | undefined {
  // A relay that has its own word for want of credit says what it means by the status.
  const isPrecondition = error.status === 'FAILED_PRECONDITION' && !ownMeaning.has(status);
  if (status < 500 && (isPrecondition || status === 451 || placeWords.test(error.message)))
    return "The gateway's upstream does not serve the place, or the project, that the gateway calls from.";
  const isOfApi = ownMeaning.has(status) || (readRefusals.has(status) && error.isPage !== true);
  const isNotFound = (status === 404 || status === 410) && !isAboutModel(error);
  if (status < 500 ? isOfApi && !isNotFound : !unservedStatuses.has(status)) return undefined;
  const what = error.isPage === true ? `a web page (${status})` : `status ${status}`;
  return `The gateway's upstream answered with ${what}: its address, or a proxy on the way, is set up wrongly.`;
}

/** Whether a 404 speaks of the model, not of the path that was asked. */
function isAboutModel({ code, status, message }: GoogleError): boolean {
  const isOfApi = code === 404 || status === 'NOT_FOUND' || status === 'model_not_found';
  return isOfApi && /\bmodels?\b/i.test(message) && !/:(?:stream)?generateContent\b/i.test(message);
}
