import { incorrectKey } from '../journey/incorrect-key.ts';
import { formatMicroUsd } from '../kernel/money.ts';
import { modelNotAllowed } from '../journey/model-not-allowed.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { allowanceParts } from './allowance-ids.ts';
import type { Ask, LimitReason, Rates, Refusal, Standing } from './decide.ts';
import { rateHeaders } from './rate-headers.ts';

/** Beyond it SDKs do not wait, or hang (docs/contracts/clients.md#retries). */
const longestWaitMs = 60_000;

/** Whose allowance it is that refuses. */
function ownerOf(
  allowanceId: string,
  { keyName, projectName }: Pick<Standing, 'keyName' | 'projectName'>,
): string {
  const { subjectId, model, userDigest } = allowanceParts(allowanceId);
  const owner = subjectId.startsWith('proj_') ? `project "${projectName}"` : `key "${keyName}"`;
  if (userDigest !== undefined) return `this end user of ${owner}`;
  return model === undefined ? owner : `${owner} with this model`;
}

const budgetNames: Readonly<Partial<Record<LimitReason, string>>> = {
  day_micro_usd: 'budget of the day',
  month_micro_usd: 'budget of the month',
  total_micro_usd: 'whole budget',
};

const rateNames = {
  requests_per_minute: { name: 'requests per min', code: 'requests_limit_exceeded' },
  images_per_minute: { name: 'images per min', code: 'images_limit_exceeded' },
  images_per_day: { name: 'images per day', code: 'images_limit_exceeded' },
  max_open: { name: 'orders at once', code: 'too_many_open_orders' },
} as const satisfies Readonly<Partial<Record<LimitReason, unknown>>>;

/** A refusal in the words, and with the headers, of OpenAI's answers. `jitter` is a random number below 1. */
export function refusalError(
  refusal: Refusal,
  rates: Rates,
  ask: Ask,
  standing: Standing | undefined,
  jitter: number,
): PlantainError {
  if (refusal.reason === 'key') return incorrectKey();
  if (refusal.reason === 'model')
    return modelNotAllowed(ask.requestedModel === '' ? ask.model : ask.requestedModel);
  const names = standing ?? { keyName: 'cli', projectName: 'default' };
  const owner = ownerOf(refusal.allowanceId, names);
  const { limit, used, requested, waitMs, resetsAtMs } = refusal;
  const headers = rateHeaders(rates);
  if (refusal.isTooMany === true) {
    const per = refusal.reason === 'images_per_day' ? 'a day' : 'a minute';
    const message = `'n' asks for ${requested} pictures, and ${owner} may have at most ${limit} ${per}. Ask for ${limit} or fewer.`;
    return new PlantainError('invalid_value', message, { param: 'n', headers });
  }
  const resets = resetsAtMs === undefined ? undefined : new Date(resetsAtMs).toISOString();
  const cure = resets === undefined ? 'Its operator can raise it.' : `It begins anew at ${resets}.`;
  const budget = budgetNames[refusal.reason];
  if (budget !== undefined) {
    const room = `${formatMicroUsd(Math.max(0, limit - used))} of ${formatMicroUsd(limit)} are left`;
    const message = `The ${budget} of ${owner} does not hold this order: it may cost up to ${formatMicroUsd(requested)}, and ${room}. ${cure}`;
    return new PlantainError('budget_exceeded', message, {
      headers: { ...headers, ...(resets !== undefined && { 'plantain-budget-resets': resets }) },
    });
  }
  const { name, code } = rateNames[refusal.reason as keyof typeof rateNames];
  const facts = `Rate limit reached for ${ask.model} in ${owner} on ${name}: Limit ${limit}, Used ${used}, Requested ${requested}.`;
  if (waitMs > longestWaitMs)
    return new PlantainError(code, `${facts} ${cure}`, {
      headers: { ...headers, 'x-should-retry': 'false' },
    });
  if (refusal.reason === 'max_open')
    return new PlantainError(code, `${facts} Please try again when one of them has ended.`, {
      retryAfterSeconds: 1 + Math.floor(jitter * 5),
      headers,
    });
  const seconds = Math.ceil(waitMs / 1000);
  return new PlantainError(code, `${facts} Please try again in ${seconds}s.`, {
    retryAfterSeconds: seconds,
    headers: { ...headers, 'retry-after-ms': String(Math.ceil(waitMs)) },
  });
}

/** A project whose end users are too many to count another. */
export function tooManyEndUsers(most: number): PlantainError {
  const message = `This project has orders of ${most} different end users that its limits still count, and no more are counted: use a name that was used before, or leave 'user' away.`;
  return new PlantainError('too_many_end_users', message, {
    param: 'user',
    headers: { 'x-should-retry': 'false' },
  });
}
