import type { Hole } from './hole.ts';

/** A rectangle of whole columns and rows; `right` and `bottom` are the first ones behind it. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A hand paints a few areas; a mask of dust shall not take for ever. */
const MOST_AREAS = 16;
/** From this share on, what is drawn for the frame around a shape is seen in the shape: a disc has 0.79 of its own. */
const MIN_FILLED_SHARE = 0.7;

/**
 * Where to draw in each connected area of a hole, the largest first: the frame around it where the area fills that, or
 * the largest rectangle inside, as of a ring, whose frame has its middle outside.
 */
export function areasOf(hole: Hole): readonly Area[] {
  const { inside, widthPx } = hole;
  const seen = new Uint8Array(inside.length);
  const areas: { readonly pixels: readonly number[]; readonly frame: Area }[] = [];
  for (let at = hole.top * widthPx; at < hole.bottom * widthPx; at += 1) {
    if (inside[at] !== 1 || seen[at] === 1) continue;
    const pixels = connectedTo(at, hole, seen);
    areas.push({ pixels, frame: frameOf(pixels, widthPx) });
  }
  return areas
    .sort((one, other) => other.pixels.length - one.pixels.length)
    .slice(0, MOST_AREAS)
    .map(({ pixels, frame }) => {
      const width = frame.right - frame.left;
      const middle =
        Math.floor((frame.top + frame.bottom) / 2) * widthPx + Math.floor((frame.left + frame.right) / 2);
      const share = pixels.length / (width * (frame.bottom - frame.top));
      return inside[middle] === 1 && share >= MIN_FILLED_SHARE
        ? frame
        : largestRectangle(new Set(pixels), frame, widthPx);
    });
}

function connectedTo(first: number, { inside, widthPx }: Hole, seen: Uint8Array): readonly number[] {
  const pixels = [first];
  seen[first] = 1;
  // Grows while it is walked.
  for (const at of pixels) {
    const x = at % widthPx;
    for (const next of [at - widthPx, at + widthPx, x > 0 ? at - 1 : -1, x < widthPx - 1 ? at + 1 : -1]) {
      if (inside[next] !== 1 || seen[next] === 1) continue;
      seen[next] = 1;
      pixels.push(next);
    }
  }
  return pixels;
}

function frameOf(pixels: readonly number[], widthPx: number): Area {
  let [left, top, right, bottom] = [Infinity, Infinity, 0, 0];
  for (const at of pixels) {
    const [x, y] = [at % widthPx, Math.floor(at / widthPx)];
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x + 1), Math.max(bottom, y + 1)];
  }
  return { left, top, right, bottom };
}

/**
 * The rectangle with the most pixels, all of them of the area: row by row the columns that stand on the row, and for
 * each of them how far to the left it is the shortest.
 */
function largestRectangle(pixels: ReadonlySet<number>, frame: Area, widthPx: number): Area {
  const heights = Array.from({ length: frame.right - frame.left + 1 }, () => 0);
  let [best, most] = [frame, 0];
  for (let y = frame.top; y < frame.bottom; y += 1) {
    const open: { readonly from: number; readonly height: number }[] = [];
    for (const [column, above] of heights.entries()) {
      const height = pixels.has(y * widthPx + frame.left + column) ? above + 1 : 0;
      // Behind the last column nothing stands, which closes what is open.
      heights[column] = column === heights.length - 1 ? 0 : height;
      let from = column;
      for (let last = open.at(-1); last !== undefined && last.height >= (heights[column] ?? 0); ) {
        const size = last.height * (column - last.from);
        if (size > most) {
          most = size;
          best = {
            left: frame.left + last.from,
            top: y + 1 - last.height,
            right: frame.left + column,
            bottom: y + 1,
          };
        }
        ({ from } = last);
        open.pop();
        last = open.at(-1);
      }
      open.push({ from, height: heights[column] ?? 0 });
    }
  }
  return best;
}
