import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Order } from '../api/types.ts';
import { BrokenWords } from '../ui/broken-words.tsx';
import { Moment } from '../ui/moment.tsx';
import { Money } from '../ui/money.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { formatDuration, moneyColumn } from '../words/format.ts';
import { say } from '../words/say.ts';
import { StatusChip } from './status-chip.tsx';

/** Orders in rows; each row leads to its order. */
export function OrderTable({ orders }: { readonly orders: readonly Order[] }): ReactNode {
  const format = moneyColumn(orders.map(shownCost));
  return (
    <div className="table-frame">
      <table className="list opens orders">
        <caption className="visually-hidden">{say('orders.caption')}</caption>
        <TableHead
          columns={[
            { word: say('orders.col.time') },
            { word: say('orders.col.status') },
            { word: say('orders.col.key'), isWide: true },
            { word: say('orders.col.model'), isWide: true },
            { word: say('orders.col.upstream'), isWide: true },
            { word: say('orders.col.pictures'), isNumber: true, isWide: true },
            { word: say('orders.col.duration'), isNumber: true, isWide: true },
            { word: say('orders.col.cost'), isNumber: true },
          ]}
        />
        <tbody>
          {orders.map((order) => (
            <tr key={order.id}>
              <th scope="row">
                <Link to="/orders/$id" params={{ id: order.id }} className="row">
                  <Moment at={order.created_at} />
                </Link>
                <div className="small quiet narrow-only">{order.model}</div>
              </th>
              <td>
                <StatusChip status={order.status} />
                {order.error_code !== null && (
                  <div className="small quiet mono">
                    <BrokenWords text={order.error_code} />
                  </div>
                )}
              </td>
              <td className="wide-only">{order.key.name ?? order.key.id}</td>
              <td className="model wide-only">{order.model}</td>
              <td className="wide-only">{order.upstream ?? say('app.none')}</td>
              <td className="number wide-only">
                {say('orders.pictures', {
                  delivered: order.images_delivered,
                  requested: order.images_requested,
                })}
              </td>
              <td className="number wide-only">
                {order.duration_ms === null ? say('app.none') : formatDuration(order.duration_ms)}
              </td>
              <td className="number">
                <Money microUsd={shownCost(order)} format={format} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Of one that is being drawn, the most that it can come to. */
const shownCost = (order: Order): number =>
  order.status === 'open' ? order.reserved_micro_usd : order.cost_micro_usd;
