import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { addressOf } from '../api/requests.ts';
import type { Order, OrderPage } from '../api/types.ts';
import { ordersQuery } from './orders-query.ts';
import type { OrdersSearch } from './orders-search.ts';

/** Of a busy server not every order makes the page ask anew. */
const settleMs = 1000;
/** Where no events come: another server's orders, or a browser that may not listen. */
const lookEveryMs = 15_000;

export interface OrderList {
  readonly orders: readonly Order[] | undefined;
  readonly error: Error | null;
  readonly retry: () => void;
  readonly more: (() => void) | undefined;
  /** How many came while the list stood still. */
  readonly waiting: number;
  readonly isLive: boolean;
  /** Whether the server answered when it was last asked. */
  readonly isReached: boolean;
  readonly setLive: (isLive: boolean) => void;
}

/** The orders of these filters: live at the top, standing still once somebody reads further down or says so. */
export function useOrders(filters: OrdersSearch): OrderList {
  const client = useQueryClient();
  const options = ordersQuery(filters);
  const [isLive, setLive] = useState(true);
  const [waiting, setWaiting] = useState(0);
  const query = useInfiniteQuery({ ...options, refetchInterval: isLive ? lookEveryMs : false });
  const key = JSON.stringify(filters);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const isFollowed = (): boolean => isLive && scrollY < innerHeight;
    const refresh = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void client.invalidateQueries({ queryKey: ['orders', 'list'] });
      }, settleMs);
    };
    const stream = new EventSource(addressOf('/orders/stream'));
    // A stream that breaks off may be the server that is gone, and one that comes again has not told what happened meanwhile.
    let isBroken = false;
    const turn = (broken: boolean): void => {
      if (isBroken !== broken && isFollowed()) refresh();
      isBroken = broken;
    };
    stream.addEventListener('open', () => turn(false));
    stream.addEventListener('error', () => turn(true));
    stream.addEventListener('order', ({ data }: MessageEvent<string>) => {
      const { kind } = JSON.parse(data) as { kind: string };
      if (isFollowed()) refresh();
      else if (kind === 'opened') setWaiting((count) => count + 1);
    });
    return () => {
      clearTimeout(timer);
      stream.close();
    };
  }, [client, isLive, key]);
  const show = (live: boolean): void => {
    setLive(live);
    setWaiting(0);
    if (live) {
      scrollTo({ top: 0 });
      // The pages below are left behind: otherwise each of them would be asked for again.
      client.setQueryData(options.queryKey, firstPage);
      void client.invalidateQueries({ queryKey: options.queryKey });
    }
  };
  const { data, error, hasNextPage, isFetchingNextPage } = query;
  return {
    orders: data?.pages.flatMap((page) => page.data),
    error,
    retry: () => void query.refetch(),
    more: hasNextPage
      ? () => {
          if (!isFetchingNextPage) void query.fetchNextPage();
        }
      : undefined,
    waiting,
    isLive,
    isReached: error === null && query.failureReason === null && query.fetchStatus !== 'paused',
    setLive: show,
  };
}

type Pages = InfiniteData<OrderPage>;
const firstPage = (data: Pages | undefined): Pages | undefined =>
  data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) };
