import type { ReactNode } from 'react';
import type { Usage } from '../api/types.ts';
import { formatMoney, formatNumber, formatShare } from '../words/format.ts';
import { say, sayCount } from '../words/say.ts';

type Sums = Usage['total'];

/** Four figures with their change against as many days before. */
export function Figures({
  now,
  before,
  days,
}: {
  readonly now: Sums;
  readonly before: Sums | undefined;
  readonly days: number;
}): ReactNode {
  const figures = [
    ['usage.cost', 'cost_micro_usd', formatMoney],
    ['usage.pictures', 'images_delivered', formatNumber],
    ['usage.orders', 'orders', formatNumber],
    ['usage.tokens', 'output_tokens', formatNumber],
  ] as const;
  const sandbox = Number(now.sandbox_cost_micro_usd);
  const unknown = now.by_status.unknown;
  return (
    <>
      <dl className="figures">
        {figures.map(([word, name, format]) => (
          <div key={name} className="card">
            <dt>{say(word)}</dt>
            <dd className="figure">{format(Number(now[name]))}</dd>
            {before !== undefined && (
              <dd className="small quiet">{changeText(Number(now[name]), Number(before[name]), days)}</dd>
            )}
          </div>
        ))}
      </dl>
      {sandbox > 0 && (
        <p className="small quiet">{say('usage.sandboxNote', { amount: formatMoney(sandbox) })}</p>
      )}
      {unknown > 0 && <p className="small quiet">{sayCount('usage.unknown', unknown)}</p>}
    </>
  );
}

function changeText(now: number, before: number, days: number): string {
  if (before === now) return say('usage.change.none', { days });
  if (before === 0) return say('usage.change.new', { days });
  const share = formatShare(Math.abs(now - before) / before);
  return say(now > before ? 'usage.change.up' : 'usage.change.down', { share, days });
}
