const longestFilter = 200;

/** Filters as they stand in the address of a page; what is none of these is left out. */
export function filtersOf<Name extends string>(
  search: Record<string, unknown>,
  names: readonly Name[],
): { readonly [Key in Name]?: string } {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = search[name];
      const text = typeof value === 'number' ? String(value) : value;
      return typeof text === 'string' && text !== '' ? [[name, text.slice(0, longestFilter)]] : [];
    }),
  ) as { readonly [Key in Name]?: string };
}

const dayOnly = /^(\d{4})-(\d\d)-(\d\d)$/;

/** The first and the last day of a filter, on this browser's clock, as the moments that the API takes; what is no day stays. */
export function periodOf({ from, to }: { readonly from?: string; readonly to?: string }): {
  readonly from?: string;
  readonly to?: string;
} {
  return {
    ...(from !== undefined && { from: midnightOf(from, 0) }),
    ...(to !== undefined && { to: midnightOf(to, 1) }),
  };
}

function midnightOf(text: string, daysLater: number): string {
  const [, year, month, day] = dayOnly.exec(text) ?? [];
  if (day === undefined) return text;
  const at = new Date(Number(year), Number(month) - 1, Number(day) + daysLater);
  return Number.isNaN(at.getTime()) ? text : at.toISOString();
}
