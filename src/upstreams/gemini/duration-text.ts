const unitMs: readonly (readonly [RegExp, number])[] = [
  [/^ms|^milli|^msec/, 1],
  [/^s/, 1000],
  [/^m/, 60_000],
  [/^h/, 3_600_000],
  [/^d/, 86_400_000],
];

/** One number with its unit, and what may stand before it. */
const step =
  /[\s,]{0,4}(?:and\s{1,4})?(\d{1,30}(?:\.\d{1,30})?)(?:\s{0,4}(ms|msecs?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)(?![a-z]))?/iy;

/** The duration that a text begins with, and what of it was read. */
export interface LeadingDuration {
  readonly ms: number;
  readonly length: number;
}

/**
 * Reads `34s`, `512ms`, `1h2m3.5s`, `5 minutes`, `1 hour and 20 min`; a number without a unit means seconds and ends it.
 * Undefined when the text begins with none.
 */
export function leadingDuration(text: string): LeadingDuration | undefined {
  let ms = 0;
  let length = 0;
  for (;;) {
    step.lastIndex = length;
    const [found, amount = '', unit] = step.exec(text) ?? [];
    if (found === undefined) break;
    ms += Number(amount) * (unit === undefined ? 1000 : msOf(unit.toLowerCase()));
    length += found.length;
    if (unit === undefined) break;
  }
  return length === 0 ? undefined : { ms, length };
}

function msOf(unit: string): number {
  return unitMs.find(([pattern]) => pattern.test(unit))?.[1] ?? 1000;
}
