import { filtersOf } from '../ui/filters-of.ts';

const filterNames = ['status', 'project', 'key', 'user', 'model', 'upstream', 'from', 'to'] as const;
/** Outcomes in the order in which they are offered. */
export const statuses = ['open', 'succeeded', 'partial', 'refused', 'failed', 'canceled', 'unknown'] as const;

/** The filters of the orders, as they stand in the address of the page. */
export type OrdersSearch = { readonly [Name in (typeof filterNames)[number]]?: string };

/** Reads them. */
export const ordersSearch = (search: Record<string, unknown>): OrdersSearch => filtersOf(search, filterNames);
