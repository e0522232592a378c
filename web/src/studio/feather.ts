/** Widest soft edge that can be asked for, in the picture's pixels. */
export const mostFeatherPx = 64;

/** Half covered or more counts as painted. */
const paintedFrom = 128;
const diagonal = Math.SQRT2;

/** Says yes or no of each pixel. `painted` is 0 to 255 a pixel, row by row, and is changed. */
export function harden(painted: Uint8Array): void {
  for (let at = 0; at < painted.length; at++) painted[at] = (painted[at] ?? 0) >= paintedFrom ? 255 : 0;
}

/**
 * Softens the edge of what is painted, inwards: a pixel that is not painted stays untouched, and from the edge on the paint
 * becomes full over so many pixels. At the picture's own border there is no edge. `painted` as above.
 */
export function feather(painted: Uint8Array, width: number, featherPx: number): void {
  const far = featherPx + 1;
  // How far it is to the next pixel that is not painted: there and back again over the picture, from neighbour to neighbour.
  const distance = new Float32Array(painted.length);
  for (let at = 0; at < painted.length; at++) distance[at] = (painted[at] ?? 0) >= paintedFrom ? far : 0;
  const height = painted.length / width;
  const look = (at: number, x: number, y: number, down: -1 | 1): void => {
    let least = distance[at] ?? 0;
    if (least === 0) return;
    const row = at + down * width;
    const hasRow = down === -1 ? y > 0 : y < height - 1;
    if (down === -1 ? x > 0 : x < width - 1) least = Math.min(least, (distance[at + down] ?? far) + 1);
    if (hasRow) {
      least = Math.min(least, (distance[row] ?? far) + 1);
      if (x > 0) least = Math.min(least, (distance[row - 1] ?? far) + diagonal);
      if (x < width - 1) least = Math.min(least, (distance[row + 1] ?? far) + diagonal);
    }
    distance[at] = least;
  };
  for (let y = 0, at = 0; y < height; y++) for (let x = 0; x < width; x++, at++) look(at, x, y, -1);
  for (let y = height - 1, at = painted.length - 1; y >= 0; y--)
    for (let x = width - 1; x >= 0; x--, at--) look(at, x, y, 1);
  for (let at = 0; at < painted.length; at++)
    painted[at] = Math.min(painted[at] ?? 0, Math.round((255 * (distance[at] ?? 0)) / far));
}
