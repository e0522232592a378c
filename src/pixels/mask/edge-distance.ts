/** A step sideways counts 3 and a diagonal one 4: within 6% of the true distance, in whole numbers. */
export const unitsPerPixel = 3;
const diagonal = 4;

/**
 * How far each pixel of a mask is from the nearest one that is kept (alpha 255), in thirds of a pixel, at most
 * `limit` (≤ 250). The picture's own border is no edge: an area that reaches it is not softened there.
 */
export function edgeDistance(alpha: Uint8Array, widthPx: number, limit: number): Uint8Array {
  const distance = new Uint8Array(alpha.length);
  for (let index = 0; index < alpha.length; index++) if (alpha[index] !== 255) distance[index] = limit;
  const rows = alpha.length / widthPx;
  for (let row = 0; row < rows; row++) sweep(distance, row * widthPx, widthPx, row > 0 ? -widthPx : 0, 1);
  for (let row = rows - 1; row >= 0; row--)
    sweep(distance, row * widthPx, widthPx, row < rows - 1 ? widthPx : 0, -1);
  return distance;
}

/** Carries distances along one row in one direction, from the row at `neighbour` (0: there is none). */
function sweep(distance: Uint8Array, offset: number, widthPx: number, neighbour: number, step: 1 | -1): void {
  const last = widthPx - 1;
  for (let count = 0; count < widthPx; count++) {
    const x = step === 1 ? count : last - count;
    const at = offset + x;
    let best = distance[at] ?? 0;
    if (best === 0) continue;
    if (count > 0) best = Math.min(best, (distance[at - step] ?? 0) + unitsPerPixel);
    if (neighbour !== 0) {
      best = Math.min(best, (distance[at + neighbour] ?? 0) + unitsPerPixel);
      if (x > 0) best = Math.min(best, (distance[at + neighbour - 1] ?? 0) + diagonal);
      if (x < last) best = Math.min(best, (distance[at + neighbour + 1] ?? 0) + diagonal);
    }
    distance[at] = best;
  }
}
