import type { ReactNode } from 'react';
import { ApiError } from '../api/call.ts';
import { problemText } from '../ui/problem.tsx';
import { formatMoney } from '../words/format.ts';
import { say, sayCount } from '../words/say.ts';
import { Adaptations } from './adaptations.tsx';
import { cureOf } from './cure-of.ts';
import { mostAtOnce } from './draw-queue.ts';
import type { Price } from './use-price.ts';

/** The most it can cost and what would be bent, or why it cannot be drawn: before anything is ordered. */
export function PriceLine({
  price: { dryRun, error },
  orders,
  pictures,
  isBatch,
  usual,
}: {
  readonly price: Price;
  readonly orders: number;
  readonly pictures: number;
  readonly isBatch: boolean;
  /** What one picture costs when all goes well, by the catalogue. */
  readonly usual: number | undefined;
}): ReactNode {
  const most = dryRun === undefined ? undefined : dryRun.highest_price_micro_usd * orders;
  return (
    <div className="price-line" aria-live="polite">
      {error !== undefined && (
        <p className="wrong">
          {problemText(error)} {cureOf(error instanceof ApiError ? error : { code: 'network' })}
        </p>
      )}
      {most !== undefined && (
        <p>
          <strong>{say('studio.price', { money: formatMoney(most) })}</strong>{' '}
          <span className="quiet">
            {sayCount('studio.forPictures', pictures)}
            {usual !== undefined && `, ${say('studio.usual', { money: formatMoney(usual * pictures) })}`}
            {isBatch && ` · ${say('batch.atOnce', { count: mostAtOnce })}`}
          </span>
        </p>
      )}
      {most === undefined && error === undefined && <p className="quiet">{say('studio.price.waiting')}</p>}
      <Adaptations adaptations={dryRun?.adaptations ?? []} />
    </div>
  );
}
