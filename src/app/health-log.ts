import type { HealthChange } from '../routing/health-teller.ts';

interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Changes of health for the log: what an operator must see to is an error, what passes by itself a warning. */
export function healthLog(log: Log): (change: HealthChange) => void {
  return ({ upstream, model, level, from, to, reason, untilMs }) => {
    const fields = {
      upstream,
      ...(model !== undefined && { model }),
      from,
      to,
      ...(reason !== '' && { reason }),
      ...(untilMs !== undefined && { until: new Date(untilMs).toISOString() }),
    };
    if (level === 'quota') log.warn(fields, 'the quota of an upstream is used up for now');
    else if (level === 'upstream') {
      if (to === 'ok') log.info(fields, 'upstream is back');
      else if (to === 'disabled') log.info(fields, 'upstream is drained');
      else log.error(fields, 'upstream is out of service: see to its credentials, its credit or its place');
    } else if (to === 'missing') log.error(fields, 'a model is out of reach at an upstream');
    else if (to === 'ready') log.info(fields, 'a model is back at an upstream');
    else if (to === 'probing') log.info(fields, 'an order tries whether a model is back at an upstream');
    else log.warn(fields, 'a model is left alone at an upstream for now');
  };
}
