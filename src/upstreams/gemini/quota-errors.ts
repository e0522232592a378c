import { type Evidence, wholeSeconds } from '../http/evidence.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { causeOf, type GoogleError, type ToldError } from './google-error.ts';
import { nextPacificMidnightMs } from '../../kernel/pacific-midnight.ts';
import { hasNoQuota, quotaKind } from './quota-kind.ts';
import { toldQuota } from './told-quota.ts';
import { retryDelayMs } from './retry-delay.ts';

/** What callers are asked to wait where the upstream does not say. */
const defaultPauseMs = 10_000;
/** A quarter of the ten minutes over which spending is counted (docs/contracts/gemini.md#quota-errors). */
const spendingPauseMs = 150_000;
/** Beside the day's quota, a delay of seconds is that of another limit. */
const shortestDailyDelayMs = 60_000;

export type Judgement = Pick<Evidence, 'fault' | 'error' | 'untilMs' | 'quota' | 'reach'>;

/** What an operator alone can bring back. A quota of nothing is one of this model alone. */
export function outOfCredit(error: GoogleError): Judgement {
  const message =
    "The gateway's upstream project has used up its credits or quota. The operator has to act; retrying will not help.";
  return {
    fault: 'credit',
    ...(hasNoQuota(error) && { reach: 'model' }),
    error: new PlantainError('insufficient_quota', message, { cause: causeOf(error) }),
  };
}

function outForToday(error: GoogleError, delayMs: number, nowMs: number): Judgement {
  const retryAfterSeconds = wholeSeconds(delayMs);
  const message = `The gateway's upstream project has used up its quota of the day, which comes back in ${roughly(retryAfterSeconds)}. The operator can raise it.`;
  return {
    fault: 'quota',
    untilMs: nowMs + delayMs,
    quota: { kind: 'day', ...toldQuota(error) },
    error: new PlantainError('insufficient_quota', message, { retryAfterSeconds, cause: causeOf(error) }),
  };
}

function roughly(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}

/** A 429: a limit that a pause cures, or one that it does not (docs/contracts/gemini.md#quota-errors). */
export function limited({ error, headers = {}, nowMs }: ToldError): Judgement {
  const kind = quotaKind(error);
  if (kind === 'credit') return outOfCredit(error);
  const statedMs = retryDelayMs(error, headers, nowMs);
  if (kind === 'day') {
    const isOfDay = statedMs !== undefined && statedMs >= shortestDailyDelayMs;
    return outForToday(error, isOfDay ? statedMs : nextPacificMidnightMs(nowMs) - nowMs, nowMs);
  }
  const pauseMs = statedMs ?? (kind === 'spending' ? spendingPauseMs : defaultPauseMs);
  const retryAfterSeconds = wholeSeconds(pauseMs);
  const what =
    kind === 'spending' ? 'what this gateway may spend in a few minutes' : 'requests for this model';
  const message = `The upstream is limiting ${what}. Try again in ${retryAfterSeconds} seconds.`;
  return {
    fault: 'quota',
    ...(statedMs !== undefined && { untilMs: nowMs + statedMs }),
    quota: {
      kind: kind === 'spending' ? 'spending' : statedMs === undefined ? 'unstated' : 'stated',
      ...toldQuota(error),
    },
    error: new PlantainError('rate_limit_exceeded', message, { retryAfterSeconds, cause: causeOf(error) }),
  };
}

/** A 503, which at times says for how long. */
export function overloaded({ error, headers = {}, nowMs }: ToldError): Judgement {
  const delayMs = retryDelayMs(error, headers, nowMs);
  const message = 'The upstream is overloaded. Try again in a moment.';
  const details = {
    cause: causeOf(error),
    ...(delayMs !== undefined && { retryAfterSeconds: wholeSeconds(delayMs) }),
  };
  return {
    fault: 'capacity',
    error: new PlantainError('upstream_unavailable', message, details),
    ...(delayMs !== undefined && { untilMs: nowMs + delayMs }),
  };
}
