import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask } from '../api/call.ts';
import { askUsage } from '../api/requests.ts';
import type { Usage } from '../api/types.ts';
import type { Measure } from './usage-search.ts';

/** In the table; the plot has as many colours as can be told apart. */
const mostGroups = 12;

/** What the API calls the measure by which groups are the largest. */
export const topByOf = (show: Measure): string =>
  ({ cost_micro_usd: 'cost', images_delivered: 'images', orders: 'orders' })[show];

/** What was used from a day on, until another or now, by these groups. */
export function usageQuery(
  from: string,
  to: string | undefined,
  groups: string,
  zone: string,
  show: Measure = 'cost_micro_usd',
) {
  // However many groups there are, the largest come by themselves and the others together.
  const top = groups.includes(',') ? { top: mostGroups, top_by: topByOf(show) } : {};
  return queryOptions({
    queryKey: ['usage', from, to, groups, zone, top],
    queryFn: ({ signal }) => ask<Usage>(askUsage(from, to, groups, zone, top), signal),
    placeholderData: keepPreviousData,
  });
}
