import type { ReactNode } from 'react';
import type { OrderWithAttempts } from '../api/types.ts';
import { exactMoneyColumn, formatExactMoney, formatNumber } from '../words/format.ts';
import { say, sayValue } from '../words/say.ts';
import { TableHead } from '../ui/table-head.tsx';

/** The cost of an order as the sum that it is: count times price, call by call. */
export function PriceSum({ order }: { readonly order: OrderWithAttempts }): ReactNode {
  const charged = order.attempts.filter(({ price }) => price.length > 0);
  const { cost_micro_usd: cost } = order;
  if (charged.length === 0)
    return (
      <p>
        {cost === 0 ? say('order.price.none') : say('order.price.whole', { amount: formatExactMoney(cost) })}
      </p>
    );
  const lines = charged.flatMap(({ price }) => price);
  const formatEach = exactMoneyColumn(lines.map((line) => line.micro_usd_per_million));
  const formatAmount = exactMoneyColumn([...lines.map(amountOf), cost]);
  return (
    <>
      <div className="table-frame">
        <table className="list">
          <caption className="visually-hidden">{say('order.price')}</caption>
          <TableHead
            columns={[
              { word: say('order.price.of') },
              { word: say('order.price.count'), isNumber: true, isWide: true },
              { word: say('order.price.each'), isNumber: true, isWide: true },
              { word: say('order.price.amount'), isNumber: true },
            ]}
          />
          <tbody>
            {charged.flatMap((attempt) =>
              attempt.price.map((line) => (
                <tr key={`${attempt.ordinal} ${line.of}`}>
                  <th scope="row">
                    <span>{sayValue('priced', line.of)}</span>
                    {charged.length > 1 && (
                      <span className="quiet small">
                        {' '}
                        · {say('order.attempt', { ordinal: attempt.ordinal })}
                      </span>
                    )}
                    <div className="small quiet narrow-only">
                      {say('order.price.product', {
                        count: formatNumber(line.count),
                        each: formatExactMoney(line.micro_usd_per_million),
                      })}
                    </div>
                  </th>
                  <td className="number wide-only">{formatNumber(line.count)}</td>
                  <td className="number wide-only">{formatEach(line.micro_usd_per_million)}</td>
                  <td className="number">{formatAmount(amountOf(line))}</td>
                </tr>
              )),
            )}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{say('order.price.total')}</th>
              <td className="wide-only" colSpan={2} />
              <td className="number">
                <strong>{formatAmount(cost)}</strong>
              </td>
            </tr>
          </tfoot>
        </table>
      </div>
      <p className="small quiet">
        {[...new Set(charged.map(({ price_id }) => price_id ?? say('app.none')))]
          .map((id) => say('order.price.entry', { id }))
          .join(' · ')}
      </p>
      {charged.some(({ usage_source }) => usage_source === 'estimated') && (
        <p className="small quiet">{say('order.price.estimated')}</p>
      )}
    </>
  );
}

type PriceLine = OrderWithAttempts['attempts'][number]['price'][number];

const amountOf = (line: PriceLine): number => (line.count * line.micro_usd_per_million) / 1_000_000;
