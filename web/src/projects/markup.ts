const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 2 });

/** Hundredths of a percent as people read them. */
export function formatMarkup(basisPoints: number): string {
  return percent.format(basisPoints / 10_000);
}
