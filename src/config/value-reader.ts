/**
 * How one value is read: `read` turns what a file (typed), the environment or a flag (text) holds into it, or into
 * undefined, and takes its own result again. `expected` finishes the sentence "PLANTAIN_PORT must be …".
 */
export interface ValueReader<T> {
  readonly expected: string;
  readonly read: (raw: unknown) => T | undefined;
}

export const text = (raw: unknown): string | undefined =>
  typeof raw === 'string' && raw.trim() !== '' ? raw.trim() : undefined;

export function matchingText(pattern: RegExp, expected: string): ValueReader<string> {
  const read = (raw: unknown): string | undefined => {
    const value = text(raw);
    return value !== undefined && pattern.test(value) ? value : undefined;
  };
  return { expected, read };
}

export function ranged(
  what: string,
  read: (raw: unknown) => number | undefined,
  min: number,
  max: number,
  format: (value: number) => string = String,
): ValueReader<number> {
  const inRange = (raw: unknown): number | undefined => {
    const value = read(raw);
    return value !== undefined && value >= min && value <= max ? value : undefined;
  };
  return { expected: `${what} from ${format(min)} to ${format(max)}`, read: inRange };
}

export const wholeNumberFrom = (min: number, max: number): ValueReader<number> =>
  ranged('a whole number', integer, min, max);

export function integer(raw: unknown): number | undefined {
  const value = typeof raw === 'string' && /^\s*\d{1,15}\s*$/.test(raw) ? Number(raw) : raw;
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}
