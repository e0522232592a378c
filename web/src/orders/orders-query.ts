import { infiniteQueryOptions } from '@tanstack/react-query';
import { ask } from '../api/call.ts';
import { askOrders } from '../api/requests.ts';
import type { OrderPage } from '../api/types.ts';
import { periodOf } from '../ui/filters-of.ts';
import type { OrdersSearch } from './orders-search.ts';

const mostPages = 20;

/** The orders of these filters, the youngest first. */
export const ordersQuery = (filters: OrdersSearch) =>
  infiniteQueryOptions({
    queryKey: ['orders', 'list', filters],
    queryFn: ({ pageParam, signal }) =>
      ask<OrderPage>(askOrders({ ...filters, ...periodOf(filters) }, pageParam), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }: OrderPage) => next ?? undefined,
    maxPages: mostPages,
  });
