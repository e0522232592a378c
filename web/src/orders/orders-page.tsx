import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { sessionQuery } from '../api/queries.ts';
import { addressOf } from '../api/requests.ts';
import { Page } from '../shell/page.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Empty } from '../ui/empty.tsx';
import { periodOf } from '../ui/filters-of.ts';
import { Icon } from '../ui/icons.tsx';
import { Later } from '../ui/later.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { orderWords } from '../words/order-words.ts';
import { addWords, say, sayCount } from '../words/say.ts';
import { FilterRow } from './filter-row.tsx';
import { firstOrderCommand } from './first-order.ts';
import { OrderTable } from './order-table.tsx';
import type { OrdersSearch } from './orders-search.ts';
import { type OrderList, useOrders } from './use-orders.ts';
import './orders.css';

addWords(orderWords);

const route = getRouteApi('/inside/orders');

/** Every order, the youngest first, as they come. */
export function OrdersPage(): ReactNode {
  const filters = route.useSearch();
  const list = useOrders(filters);
  return (
    <Page title={say('orders.title')} acts={<LiveButton list={list} />}>
      <FilterRow filters={filters} />
      {list.waiting > 0 && (
        <button type="button" className="button news" onClick={() => list.setLive(true)}>
          {sayCount('orders.new', list.waiting)}
        </button>
      )}
      {list.error !== null && <Problem error={list.error} retry={list.retry} />}
      {list.orders === undefined && list.error === null && <Skeleton blockSize="24rem" />}
      {list.orders !== undefined && list.orders.length > 0 && (
        <Later name="orders">
          <OrderTable orders={list.orders} />
          <DownloadLink filters={filters} />
          {list.more === undefined ? (
            <p className="quiet small">{say('orders.end')}</p>
          ) : (
            <button type="button" className="button more" onClick={list.more}>
              {say('app.more')}
            </button>
          )}
        </Later>
      )}
      {list.orders?.length === 0 && <NoOrders isFiltered={Object.keys(filters).length > 0} />}
    </Page>
  );
}

/** All orders of these filters, as a file; exports are for admins and know no outcome. */
function DownloadLink({ filters }: { readonly filters: OrdersSearch }): ReactNode {
  const { data } = useQuery(sessionQuery);
  if (data?.role !== 'admin' || filters.status !== undefined) return null;
  return (
    <div>
      <a
        className="button bare"
        href={addressOf('/orders/export', { ...filters, ...periodOf(filters), format: 'csv' })}
        download
      >
        {say('orders.csv')}
      </a>
    </div>
  );
}

function LiveButton({ list }: { readonly list: OrderList }): ReactNode {
  return (
    <button
      type="button"
      className="button bare live"
      aria-pressed={list.isLive}
      onClick={() => list.setLive(!list.isLive)}
      title={say(list.isLive ? 'orders.pause' : 'orders.resume')}
    >
      {list.isLive ? <span className="dot" data-reached={list.isReached} /> : <Icon name="pause" />}
      {say(list.isLive ? (list.isReached ? 'orders.live' : 'orders.unreached') : 'orders.paused')}
    </button>
  );
}

function NoOrders({ isFiltered }: { readonly isFiltered: boolean }): ReactNode {
  const navigate = route.useNavigate();
  if (isFiltered)
    return (
      <Empty title={say('orders.noMatch')} lead={say('orders.noMatch.lead')}>
        <button type="button" className="button" onClick={() => void navigate({ search: {} })}>
          {say('orders.clear')}
        </button>
      </Empty>
    );
  const command = firstOrderCommand();
  return (
    <Empty title={say('orders.empty')} lead={say('orders.empty.lead')}>
      <pre className="code" tabIndex={0}>
        {command}
      </pre>
      <CopyButton text={command} />
    </Empty>
  );
}
