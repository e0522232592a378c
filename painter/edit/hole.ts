import type { Pixels } from './frame.ts';

/** The part of a picture that a guide has painted over, on a small copy. */
export interface Hole {
  readonly widthPx: number;
  readonly heightPx: number;
  /** One byte a pixel, 1 is inside. */
  readonly inside: Uint8Array;
  readonly left: number;
  readonly top: number;
  /** The first column and row behind it. */
  readonly right: number;
  readonly bottom: number;
}

/** The mean difference that a copy may have where nothing was painted: the guide was scaled and encoded anew. */
const MAX_MEAN_DIFFERENCE = 24;

/**
 * What is flat magenta in a guide and not in the picture it was made from (docs/masks.md); undefined when it is no guide
 * of that picture. Both are of the same size.
 */
export function findHole(original: Pixels, guide: Pixels): Hole | undefined {
  const { widthPx, heightPx } = original;
  const inside = new Uint8Array(widthPx * heightPx);
  let [left, top, right, bottom] = [widthPx, heightPx, 0, 0];
  let difference = 0;
  let others = 0;
  for (let at = 0; at < inside.length; at += 1) {
    if (isMagenta(guide.data, at) && !isMagenta(original.data, at)) {
      inside[at] = 1;
      const [x, y] = [at % widthPx, Math.floor(at / widthPx)];
      [left, top] = [Math.min(left, x), Math.min(top, y)];
      [right, bottom] = [Math.max(right, x + 1), Math.max(bottom, y + 1)];
    } else {
      others += 1;
      for (const channel of [0, 1, 2])
        difference +=
          Math.abs((original.data[at * 3 + channel] ?? 0) - (guide.data[at * 3 + channel] ?? 0)) / 3;
    }
  }
  if (right === 0 || (others > 0 && difference / others > MAX_MEAN_DIFFERENCE)) return undefined;
  return { widthPx, heightPx, inside, left, top, right, bottom };
}

/** The lowest band of `rows` rows that has at least `columns` columns inside the hole, all of them side by side. */
export function lowestBand(
  hole: Hole,
  rows: number,
  columns: number,
): { readonly left: number; readonly right: number; readonly top: number } | undefined {
  for (let top = hole.bottom - rows; top >= hole.top; top -= 1) {
    const run = longestRun(hole, top, rows);
    if (run !== undefined && run.right - run.left >= columns) return { ...run, top };
  }
  return undefined;
}

/** The longest stretch of columns that are inside over all of the rows. */
function longestRun(
  { inside, widthPx, left, right }: Hole,
  top: number,
  rows: number,
): { left: number; right: number } | undefined {
  let best: { left: number; right: number } | undefined;
  let start = -1;
  for (let x = left; x <= right; x += 1) {
    let isInside = x < right;
    for (let y = top; isInside && y < top + rows; y += 1) isInside = inside[y * widthPx + x] === 1;
    if (isInside && start < 0) start = x;
    if (isInside || start < 0) continue;
    if (best === undefined || x - start > best.right - best.left) best = { left: start, right: x };
    start = -1;
  }
  return best;
}

function isMagenta(data: Buffer, at: number): boolean {
  return (data[at * 3] ?? 0) > 215 && (data[at * 3 + 1] ?? 0) < 60 && (data[at * 3 + 2] ?? 0) > 215;
}
