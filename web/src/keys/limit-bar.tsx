import type { ReactNode } from 'react';
import { formatMoment } from '../words/format.ts';
import { say, sayValue } from '../words/say.ts';
import { formatAmount, type LimitState } from './limits.ts';

const nearlyUsed = 0.8;

/** How far a limit is used up, as a bar and in words. */
export function LimitBar({
  state,
  isShort = false,
}: {
  readonly state: LimitState;
  readonly isShort?: boolean;
}): ReactNode {
  const { name, limit, used, resetsAt, share } = state;
  const amount = formatAmount(name, used ?? 0);
  const text =
    limit === null
      ? say('limit.usedOnly', { used: amount })
      : say('limit.used', { used: amount, limit: formatAmount(name, limit) });
  const mood = share >= 1 ? 'full' : share >= nearlyUsed ? 'near' : '';
  return (
    <div className="limit">
      <div className="row-of spread small">
        <span className={isShort ? 'quiet' : ''}>{sayValue('limit', name)}</span>
        <span>{text}</span>
      </div>
      {limit !== null && (
        <div className="limit-track" aria-hidden="true">
          <div className={`limit-used ${mood}`} style={{ inlineSize: `${share * 100}%` }} />
        </div>
      )}
      {resetsAt !== null && !isShort && (
        <div className="small quiet">{say('limit.resets', { time: formatMoment(resetsAt) })}</div>
      )}
    </div>
  );
}
