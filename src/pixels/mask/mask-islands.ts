/** Runs of a mask beyond which it is noise: labelling would cost more memory than the picture. */
const maxRuns = 1 << 20;

/**
 * The areas of a mask that are open to editing, as horizontal runs of pixels. Pixels that touch, also by a
 * corner, belong to one island.
 */
export interface MaskIslands {
  /** Index of the first run of each row; one entry more than there are rows. */
  readonly firstRunOfRow: Int32Array;
  readonly runStart: Int32Array;
  /** First pixel after the run. */
  readonly runEnd: Int32Array;
  /** The depth of the run's island: the largest value of `distance` in it. */
  depthOf(run: number): number;
}

/**
 * Finds the islands of a mask and how deep each is, so that the soft edge of a narrow stroke can be narrower
 * than that of a wide area. `alpha` and `distance` hold one byte a pixel. Undefined when the mask is noise.
 */
export function findIslands(
  alpha: Uint8Array,
  distance: Uint8Array,
  widthPx: number,
): MaskIslands | undefined {
  const rows = alpha.length / widthPx;
  const firstRunOfRow = new Int32Array(rows + 1);
  let runStart = new Int32Array(1024);
  let runEnd = new Int32Array(1024);
  let parent = new Int32Array(1024);
  let depth = new Uint8Array(1024);
  let runs = 0;

  const rootOf = (run: number): number => {
    let root = run;
    while (parent[root] !== root) {
      // Halving the path as it is walked keeps later walks short.
      parent[root] = parent[parent[root] ?? 0] ?? 0;
      root = parent[root] ?? 0;
    }
    return root;
  };

  for (let row = 0; row < rows; row++) {
    firstRunOfRow[row] = runs;
    let above = firstRunOfRow[row - 1] ?? 0;
    const aboveEnd = firstRunOfRow[row] ?? 0;
    const offset = row * widthPx;
    let x = 0;
    for (;;) {
      while (x < widthPx && alpha[offset + x] === 255) x++;
      if (x === widthPx) break;
      if (runs === maxRuns) return undefined;
      if (runs === runStart.length) {
        runStart = grown(runStart, new Int32Array(runs * 2));
        runEnd = grown(runEnd, new Int32Array(runs * 2));
        parent = grown(parent, new Int32Array(runs * 2));
        depth = grown(depth, new Uint8Array(runs * 2));
      }
      const start = x;
      let deepest = 0;
      for (; x < widthPx && alpha[offset + x] !== 255; x++)
        deepest = Math.max(deepest, distance[offset + x] ?? 0);
      runStart[runs] = start;
      runEnd[runs] = x;
      depth[runs] = deepest;
      parent[runs] = runs;
      while (above < aboveEnd && (runEnd[above] ?? 0) < start) above++;
      // The last run above that touches may touch the next run of this row too, so it is not passed.
      for (let touching = above; touching < aboveEnd && (runStart[touching] ?? 0) <= x; touching++) {
        const root = rootOf(touching);
        const own = rootOf(runs);
        parent[own] = root;
        depth[root] = Math.max(depth[root] ?? 0, depth[own] ?? 0);
      }
      runs++;
    }
  }
  firstRunOfRow[rows] = runs;
  return { firstRunOfRow, runStart, runEnd, depthOf: (run) => depth[rootOf(run)] ?? 0 };
}

function grown<Numbers extends Int32Array | Uint8Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
