export const ranges = [7, 30, 90, 365] as const;
export const splits = ['none', 'key', 'project', 'model', 'upstream', 'user', 'error'] as const;
export const measures = ['cost_micro_usd', 'images_delivered', 'orders'] as const;
export type Measure = (typeof measures)[number];

/** What the page of usage shows, as it stands in its address. */
export interface UsageSearch {
  readonly days?: (typeof ranges)[number];
  readonly split?: (typeof splits)[number];
  readonly show?: Measure;
  readonly zone?: string;
}

export function usageSearch(search: Record<string, unknown>): UsageSearch {
  const days = ranges.find((range) => range === Number(search['days']));
  const split = splits.find((one) => one === search['split']);
  const show = measures.find((one) => one === search['show']);
  const zone = search['zone'];
  return {
    ...(days !== undefined && { days }),
    ...(split !== undefined && { split }),
    ...(show !== undefined && { show }),
    ...(typeof zone === 'string' && isZone(zone) && { zone }),
  };
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
