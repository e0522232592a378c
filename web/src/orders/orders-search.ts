/** The filters of the orders, as they stand in the address of the page. */
export interface OrdersSearch {
  readonly status?: string;
  readonly key?: string;
  readonly model?: string;
  readonly upstream?: string;
  readonly from?: string;
  readonly to?: string;
}

export const filterNames = ['status', 'key', 'model', 'upstream', 'from', 'to'] as const;
/** Outcomes in the order in which they are offered. */
export const statuses = ['open', 'succeeded', 'partial', 'refused', 'failed', 'canceled', 'unknown'] as const;

/** Reads them; what is no filter is left out. */
export function ordersSearch(search: Record<string, unknown>): OrdersSearch {
  return Object.fromEntries(
    filterNames.flatMap((name) => {
      const value = search[name];
      const text = typeof value === 'number' ? String(value) : value;
      return typeof text === 'string' && text !== '' ? [[name, text.slice(0, 200)]] : [];
    }),
  );
}
