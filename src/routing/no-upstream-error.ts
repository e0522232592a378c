import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { NoChoice, Obstacle } from './choose-cell.ts';

/** What comes back by itself within minutes. */
const passing: ReadonlySet<Obstacle> = new Set(['busy', 'quota', 'cooling', 'open']);
const shortestSeconds = 1;
const longestSeconds = 60;

/**
 * What the caller is told when no upstream can take an order in time (SPEC.md#none-left): to come back, when one comes back by
 * itself; else what the operator has to see to, and that coming back does not help.
 */
export function noUpstreamError(
  { id, successor }: CatalogueModel,
  { obstacles, soonestMs }: NoChoice,
  nowMs: number,
): PlantainError {
  const has = (...names: Obstacle[]): boolean => names.some((name) => obstacles.has(name));
  if ([...obstacles].some((obstacle) => passing.has(obstacle))) {
    const seconds = Math.ceil((soonestMs - nowMs) / 1000);
    const retryAfterSeconds = Math.min(Math.max(seconds, shortestSeconds), longestSeconds);
    const message = `No upstream can draw with ${id} right now. Try again in ${retryAfterSeconds} seconds.`;
    const headers = { 'x-should-retry': 'true' };
    return new PlantainError('rate_limit_exceeded', message, { retryAfterSeconds, headers });
  }
  if (has('out_of_credit', 'no_allowance', 'day')) {
    const message = `The credit or the quota of every upstream that draws with ${id} is used up. The operator has to act.`;
    return new PlantainError('insufficient_quota', message);
  }
  if (has('bad_credential', 'not_permitted')) {
    const message = `The upstream refuses the gateway's credentials for ${id}. The operator has to act.`;
    return new PlantainError('upstream_auth_error', message);
  }
  if (has('needs_operator', 'disabled')) {
    const message = `Every upstream that draws with ${id} is out of service. The operator has to act.`;
    return new PlantainError('upstream_misconfigured', message);
  }
  if (has('no_model')) {
    const use =
      successor === null ? 'GET /v1/models lists the models served here.' : `Use '${successor}' instead.`;
    return new PlantainError('model_not_found', `The upstream no longer serves ${id}. ${use}`, {
      param: 'model',
    });
  }
  if (has('tried')) {
    return new PlantainError('upstream_unavailable', `Every upstream that draws with ${id} failed.`);
  }
  const message = `No upstream of this gateway draws with ${id}. The operator has to act.`;
  return new PlantainError('upstream_misconfigured', message);
}
