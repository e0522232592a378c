import type { ReactNode } from 'react';
import { formatMoment } from '../words/format.ts';
import { say, sayValue } from '../words/say.ts';
import { formatAmount, type Limited, type LimitState, limitStates, tightest } from './limits.ts';

const nearlyUsed = 0.8;

/** How far a limit is used up, as a bar and in words. */
function LimitBar({
  state,
  isShort = false,
}: {
  readonly state: LimitState;
  readonly isShort?: boolean;
}): ReactNode {
  const { name, limit, used, resetsAt, share } = state;
  const amount = formatAmount(name, used ?? 0);
  // Of a limit that each of several has by itself nothing is used.
  const isCounted = limit === null || used !== null;
  const text = !isCounted
    ? formatAmount(name, limit)
    : limit === null
      ? say('limit.usedOnly', { used: amount })
      : say('limit.used', { used: amount, limit: formatAmount(name, limit) });
  const mood = share >= 1 ? 'full' : share >= nearlyUsed ? 'near' : '';
  return (
    <div className="limit">
      <div className="row-of spread small">
        <span className={isShort ? 'quiet' : ''}>{sayValue('limit', name)}</span>
        <span>{text}</span>
      </div>
      {limit !== null && isCounted && (
        <div className="limit-track" aria-hidden="true">
          <div className={`limit-used ${mood}`} style={{ inlineSize: `${share * 100}%` }} />
        </div>
      )}
      {limit !== null && resetsAt !== null && !isShort && (
        <div className="small quiet">{say('limit.resets', { time: formatMoment(resetsAt) })}</div>
      )}
    </div>
  );
}

/** The limit that is used up furthest, in a cell of a table. */
export function TightestLimit({ of }: { readonly of: Limited }): ReactNode {
  const limit = tightest(limitStates(of));
  return limit === undefined ? (
    <span className="quiet">{say('keys.noLimit')}</span>
  ) : (
    <LimitBar state={limit} isShort />
  );
}

/** The limits that there are, with what is used of them. */
export function SetLimits({ of }: { readonly of: Limited }): ReactNode {
  const states = limitStates(of).filter(({ limit }) => limit !== null);
  return states.length === 0 ? (
    <span className="quiet">{say('keys.noLimit')}</span>
  ) : (
    <div className="limit-bars">
      {states.map((state) => (
        <LimitBar key={state.name} state={state} isShort />
      ))}
    </div>
  );
}

/** Every limit with what is used of it and when it begins anew. */
export function LimitBars({ of }: { readonly of: Limited }): ReactNode {
  return (
    <div className="limit-bars">
      {limitStates(of).map((state) => (
        <LimitBar key={state.name} state={state} />
      ))}
    </div>
  );
}
