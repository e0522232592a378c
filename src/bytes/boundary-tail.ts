/** A boundary whose line is complete. */
export interface Boundary {
  /** Whether another part follows it, or nothing. */
  readonly kind: 'next' | 'last';
  /** Where its line ends. */
  readonly end: number;
  /** The line ended without a carriage return. */
  readonly hasBareLineFeed: boolean;
}

const CR = 0x0d;
const LF = 0x0a;
const DASH = 0x2d;
/** Spaces that old mail gateways may add after a boundary (RFC 2046, section 5.1.1). */
export const maxPaddingBytes = 64;

/**
 * Judges what follows the characters of a boundary at `start`: the line's end or `--` make it one, anything
 * else makes it `data`. `unsure` when `data` ends too early to tell.
 */
export function readBoundaryTail(
  data: Buffer,
  start: number,
  takesBareLineFeeds: boolean,
): Boundary | { readonly kind: 'unsure' } | { readonly kind: 'data' } {
  if (data[start] === DASH) {
    if (start + 1 >= data.length) return { kind: 'unsure' };
    return data[start + 1] === DASH
      ? { kind: 'last', end: start + 2, hasBareLineFeed: false }
      : { kind: 'data' };
  }
  let position = start;
  while (data[position] === 0x20 || data[position] === 0x09) {
    position++;
    if (position - start > maxPaddingBytes) return { kind: 'data' };
  }
  if (position >= data.length) return { kind: 'unsure' };
  if (data[position] === CR) {
    if (position + 1 >= data.length) return { kind: 'unsure' };
    return data[position + 1] === LF
      ? { kind: 'next', end: position + 2, hasBareLineFeed: false }
      : { kind: 'data' };
  }
  if (data[position] !== LF || !takesBareLineFeeds) return { kind: 'data' };
  return { kind: 'next', end: position + 1, hasBareLineFeed: true };
}
