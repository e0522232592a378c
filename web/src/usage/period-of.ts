import { addDays, lastDays, ownZone } from './days.ts';
import type { UsageSearch } from './usage-search.ts';

/** The days that an address asks for, by whose clock, where as many days before begin, and what is told apart. */
export function periodOf({ days: count = 30, zone = ownZone(), split = 'none' }: UsageSearch): {
  readonly days: readonly string[];
  readonly zone: string;
  readonly first: string;
  readonly before: string;
  readonly by: string;
} {
  const days = lastDays(zone, count);
  const first = days[0] ?? '';
  return { days, zone, first, before: addDays(first, -count), by: split === 'none' ? 'day' : `day,${split}` };
}
