import type { ErrorCode } from '../kernel/error-catalogue.ts';
import type { PlantainError } from '../kernel/plantain-error.ts';

/** Errors by what they tell the caller to do, the most telling first: change the request, come back, or neither. */
const order: readonly ErrorCode[] = [
  'upstream_rejected',
  'moderation_blocked',
  'no_image_generated',
  'rate_limit_exceeded',
  'upstream_error',
  'insufficient_quota',
  'model_not_found',
  'upstream_unreadable',
  'upstream_answer_too_large',
  'upstream_auth_error',
  'upstream_misconfigured',
];
/** They say the same: the upstream failed, and may not the next time. */
const alike: ReadonlySet<ErrorCode> = new Set(['upstream_timeout', 'upstream_error', 'upstream_unavailable']);

/** Of what calls told, and what was found when none was left to ask, what the caller is told; of equals the latest call's. */
export function mostTelling(errors: readonly PlantainError[], found: PlantainError): PlantainError {
  let best: PlantainError | undefined;
  for (const error of errors) if (best === undefined || rank(error) <= rank(best)) best = error;
  if (best === undefined) return found;
  // That all were tried and failed is what the calls tell better.
  return found.code !== 'upstream_unavailable' && rank(found) < rank(best) ? found : best;
}

function rank({ code }: PlantainError): number {
  const place = order.indexOf(alike.has(code) ? 'upstream_error' : code);
  return place === -1 ? order.length : place;
}
