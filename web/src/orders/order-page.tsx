import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiError } from '../api/call.ts';
import { orderQuery } from '../api/queries.ts';
import type { OrderWithAttempts } from '../api/types.ts';
import { Page } from '../shell/page.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Moment } from '../ui/moment.tsx';
import { Money } from '../ui/money.tsx';
import { Prose } from '../ui/prose.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { formatBytes, formatDuration } from '../words/format.ts';
import { orderWords } from '../words/order-words.ts';
import { addWords, say, sayValue } from '../words/say.ts';
import { PriceSum } from './price-sum.tsx';
import { SettleAct } from './settle-act.tsx';
import { StatusChip } from './status-chip.tsx';
import { Waterfall } from './waterfall.tsx';
import './orders.css';

addWords(orderWords);

const route = getRouteApi('/inside/orders/$id');

/** One order: what was asked, what happened on the way, and what it cost, to the last token. */
export function OrderPage(): ReactNode {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(orderQuery(id));
  const isMissing = error instanceof ApiError && error.status === 404;
  return (
    <Page title={say('order.title')} acts={<CopyButton text={id} label={say('order.copyId')} isBare />}>
      <p className="row-of">
        <Link to="/orders">{say('orders.title')}</Link>
        <span aria-hidden="true">/</span>
        <code className="id">{id}</code>
      </p>
      {isMissing && <p>{say('order.notFound')}</p>}
      {error !== null && !isMissing && <Problem error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton blockSize="20rem" />}
      {data !== undefined && <Detail order={data} />}
    </Page>
  );
}

function Detail({ order }: { readonly order: OrderWithAttempts }): ReactNode {
  const { model, requested_model: asked } = order;
  return (
    <>
      <section className="card stack">
        <div className="row-of">
          <StatusChip status={order.status} />
          {order.error_code !== null && <code>{order.error_code}</code>}
        </div>
        {order.error_help !== null && (
          <p>
            <Prose text={order.error_help} />
          </p>
        )}
        <dl className="facts">
          <Fact name={say('order.received')}>
            <Moment at={order.created_at} isFull />
          </Fact>
          <Fact name={say('order.operation')}>{sayValue('operation', order.operation)}</Fact>
          <Fact name={say('order.key')}>{order.key.name ?? order.key.id}</Fact>
          <Fact name={say('order.model')}>
            {asked === model || asked === '' ? model : say('order.asked', { model, asked })}
          </Fact>
          <Fact name={say('order.pictures')}>
            {say('orders.pictures', { delivered: order.images_delivered, requested: order.images_requested })}
          </Fact>
          <Fact name={say('order.duration')}>
            {order.duration_ms === null ? say('app.none') : formatDuration(order.duration_ms)}
          </Fact>
          <Fact name={say('order.cost')}>
            {order.status === 'open' ? say('app.none') : <Money microUsd={order.cost_micro_usd} />}
          </Fact>
          <Fact name={say('order.reserved')}>
            <Money microUsd={order.reserved_micro_usd} />
          </Fact>
          {order.bytes_out > 0 && <Fact name={say('order.bytes')}>{formatBytes(order.bytes_out)}</Fact>}
          {order.end_user !== null && <Fact name={say('order.endUser')}>{order.end_user}</Fact>}
        </dl>
      </section>
      {order.status === 'unknown' && <SettleAct order={order} />}
      <section className="card stack">
        <div>
          <h2>{say('order.steps')}</h2>
          <p className="quiet small">{say('order.steps.lead')}</p>
        </div>
        <Waterfall order={order} />
      </section>
      <section className="card stack">
        <h2>{say('order.price')}</h2>
        <PriceSum order={order} />
      </section>
      <p className="quiet small">{say('order.noPrompt')}</p>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
