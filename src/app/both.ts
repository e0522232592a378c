/** One listener for two, either of which may not be there; undefined where nobody listens. */
export function both<Told extends unknown[]>(
  one: ((...told: Told) => void) | undefined,
  other: ((...told: Told) => void) | undefined,
): ((...told: Told) => void) | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return (...told) => {
    one(...told);
    other(...told);
  };
}
