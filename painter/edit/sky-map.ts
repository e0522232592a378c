/** Which parts of a small copy of a picture are open backdrop: what can be reached from its edges without a sharp step. */
export interface SkyMap {
  readonly widthPx: number;
  readonly heightPx: number;
  /** One byte a pixel, 1 is backdrop. */
  readonly open: Uint8Array;
  /** The share of the picture that is backdrop, 0–1. */
  readonly share: number;
  /** Whether the point, in fractions of the picture, is backdrop. */
  has(x: number, y: number): boolean;
}

/** The largest step between neighbours inside a sky or a plain wall, as the sum over red, green and blue. */
const MAX_STEP = 16;
/** The farthest that a pixel's colour may be from the colour of the edge it was reached from. */
const MAX_DRIFT = 240;
/** Larger pale shapes are buildings, or whoever the picture shows. */
const MAX_ISLAND_SHARE = 0.08;

/** What is backdrop for certain, and where the filling begins, besides the top edge. */
export interface SkySeeds {
  readonly fromSides: boolean;
  /** Tells of a point, in fractions of the picture, whether it is. */
  readonly isAway?: (x: number, y: number) => boolean;
}

/**
 * Fills from the top edge and from the seeds. `pixels` are RGB, `widthPx` wide. Skies, seas of fog
 * and studio walls are found; foliage and crowds stop the filling at once.
 */
export function skyMap(
  pixels: Uint8Array,
  widthPx: number,
  heightPx: number,
  { fromSides, isAway }: SkySeeds,
): SkyMap {
  const open = new Uint8Array(widthPx * heightPx);
  const origin = new Int32Array(widthPx * heightPx);
  const queue: number[] = [];
  const seed = (at: number): void => {
    if (open[at] === 1) return;
    open[at] = 1;
    origin[at] = at;
    queue.push(at);
  };
  for (let x = 0; x < widthPx; x += 1) seed(x);
  if (fromSides)
    for (let y = 0; y < heightPx * 0.75; y += 1) {
      seed(y * widthPx);
      seed((y + 1) * widthPx - 1);
    }
  if (isAway !== undefined)
    for (let at = 0; at < open.length; at += 1)
      if (isAway(((at % widthPx) + 0.5) / widthPx, (Math.floor(at / widthPx) + 0.5) / heightPx)) seed(at);
  const far = (one: number, other: number): number =>
    Math.abs((pixels[one * 3] ?? 0) - (pixels[other * 3] ?? 0)) +
    Math.abs((pixels[one * 3 + 1] ?? 0) - (pixels[other * 3 + 1] ?? 0)) +
    Math.abs((pixels[one * 3 + 2] ?? 0) - (pixels[other * 3 + 2] ?? 0));
  for (let next = 0; next < queue.length; next += 1) {
    const at = queue[next] ?? 0;
    const from = origin[at] ?? 0;
    const x = at % widthPx;
    const neighbours = [
      x > 0 ? at - 1 : -1,
      x < widthPx - 1 ? at + 1 : -1,
      at - widthPx,
      at + widthPx < open.length ? at + widthPx : -1,
    ];
    for (const neighbour of neighbours) {
      if (neighbour < 0 || open[neighbour] === 1) continue;
      if (far(at, neighbour) > MAX_STEP || far(from, neighbour) > MAX_DRIFT) continue;
      open[neighbour] = 1;
      origin[neighbour] = from;
      queue.push(neighbour);
    }
  }
  closeGaps(open, widthPx);
  openIslands(pixels, open, widthPx);
  return {
    widthPx,
    heightPx,
    open,
    share: open.reduce((sum, value) => sum + value, 0) / open.length,
    has: (x, y) => {
      const column = Math.min(widthPx - 1, Math.max(0, Math.floor(x * widthPx)));
      const row = Math.min(heightPx - 1, Math.max(0, Math.floor(y * heightPx)));
      return open[row * widthPx + column] === 1;
    },
  };
}

/** Sun, moon and clouds belong to the sky: what is pale and has sky all around it opens. */
function openIslands(pixels: Uint8Array, open: Uint8Array, widthPx: number): void {
  const seen = Uint8Array.from(open);
  for (let start = 0; start < open.length; start += 1) {
    if (seen[start] === 1) continue;
    seen[start] = 1;
    const island = [start];
    let isEnclosed = true;
    let pale = 0;
    for (let next = 0; next < island.length; next += 1) {
      const at = island[next] ?? 0;
      const x = at % widthPx;
      if (at + widthPx >= open.length || x === 0 || x === widthPx - 1) isEnclosed = false;
      const colour = pixels.subarray(at * 3, at * 3 + 3);
      const [least, most] = [Math.min(...colour), Math.max(...colour)];
      if (most > 195 && most - least < 95) pale += 1;
      for (const neighbour of [
        at - widthPx,
        at + widthPx,
        x > 0 ? at - 1 : -1,
        x < widthPx - 1 ? at + 1 : -1,
      ]) {
        if (neighbour < 0 || neighbour >= open.length || seen[neighbour] === 1) continue;
        seen[neighbour] = 1;
        island.push(neighbour);
      }
    }
    if (isEnclosed && island.length < open.length * MAX_ISLAND_SHARE && pale > island.length * 0.75)
      for (const at of island) open[at] = 1;
  }
}

/** Birds and thin clouds inside a sky belong to it: a closed pixel with mostly open neighbours opens, twice over. */
function closeGaps(open: Uint8Array, widthPx: number): void {
  for (let round = 0; round < 2; round += 1) {
    const before = Uint8Array.from(open);
    for (let at = widthPx + 1; at < open.length - widthPx - 1; at += 1) {
      if (before[at] === 1) continue;
      let around = 0;
      for (const step of [-widthPx - 1, -widthPx, -widthPx + 1, -1, 1, widthPx - 1, widthPx, widthPx + 1])
        around += before[at + step] ?? 0;
      if (around >= 5) open[at] = 1;
    }
  }
}
