import type { ReactNode } from 'react';
import type { Attempt, OrderWithAttempts } from '../api/types.ts';
import { Chip } from '../ui/chip.tsx';
import { Money } from '../ui/money.tsx';
import { formatDuration, formatNumber } from '../words/format.ts';
import { say, sayValue } from '../words/say.ts';

/** Narrower than this share of the time, a call could not be seen. */
const leastShare = 0.005;

/** The upstream calls of an order on one clock. */
export function Waterfall({ order }: { readonly order: OrderWithAttempts }): ReactNode {
  const { attempts, created_at, duration_ms, status } = order;
  if (status === 'open') return <p>{say('order.attempts.open')}</p>;
  if (attempts.length === 0)
    return <p>{say(order.cost_micro_usd === 0 ? 'order.attempts.none' : 'order.attempts.lost')}</p>;
  const beganMs = Date.parse(created_at);
  const offsetOf = ({ started_at }: Attempt): number => Math.max(0, Date.parse(started_at) - beganMs);
  const wholeMs = Math.max(
    1,
    duration_ms ?? 0,
    ...attempts.map((attempt) => offsetOf(attempt) + attempt.duration_ms),
  );
  return (
    <ol className="waterfall">
      {attempts.map((attempt) => {
        const offset = Math.min(offsetOf(attempt) / wholeMs, 1 - leastShare);
        const share = Math.min(Math.max(attempt.duration_ms / wholeMs, leastShare), 1 - offset);
        return (
          <li key={attempt.ordinal}>
            <div className="row-of call">
              <strong>{say('order.attempt', { ordinal: attempt.ordinal })}</strong>
              <span>{attempt.upstream}</span>
              <Chip
                mood={attempt.verdict === 'picture' ? 'good' : attempt.verdict === 'failed' ? 'bad' : 'odd'}
                icon={attempt.verdict === 'picture' ? 'done' : attempt.verdict === 'failed' ? 'bad' : 'odd'}
              >
                {sayValue('verdict', attempt.verdict)}
              </Chip>
              <span className="small quiet">
                {[
                  attempt.http_status === null
                    ? sayValue('phase', attempt.phase)
                    : String(attempt.http_status),
                  ...(attempt.error_code === null ? [] : [attempt.error_code]),
                  ...(attempt.model === order.model ? [] : [attempt.model]),
                ].join(' · ')}
              </span>
            </div>
            <div className="track" aria-hidden="true">
              <div
                className={`bar ${attempt.verdict}`}
                style={{ insetInlineStart: `${offset * 100}%`, inlineSize: `${share * 100}%` }}
              />
            </div>
            <div className="row-of small quiet">
              <span>{say('order.attempt.after', { time: formatDuration(offsetOf(attempt)) })}</span>
              <span>{say('order.attempt.took', { time: formatDuration(attempt.duration_ms) })}</span>
              {attempt.output_tokens > 0 && (
                <span>{say('order.attempt.tokens', { count: formatNumber(attempt.output_tokens) })}</span>
              )}
              <Money microUsd={attempt.cost_micro_usd} />
            </div>
          </li>
        );
      })}
    </ol>
  );
}
