/** Changes that break nothing. */
export interface Equivalent {
  readonly file: string;
  /** The line as it stands in the file, without its indentation. */
  readonly line: string;
  /** As the report tells them; all of the line's when absent. */
  readonly changes?: readonly string[];
  readonly reason: string;
}

/** Lines of arithmetic on pixels, by their file. Every index in them is one that the array has. */
const readsInside: Readonly<Record<string, readonly string[]>> = {
  'src/pixels/mask/blend-pixels.ts': [
    'const end = islands.firstRunOfRow[row + 1] ?? 0;',
    'for (let run = islands.firstRunOfRow[row] ?? 0; run < end; run++) {',
    'const start = offset + (islands.runStart[run] ?? 0);',
    'blendRun(band, weights[halfDepthPx] ?? hard, distance, start, offset + (islands.runEnd[run] ?? 0));',
    'const soft = weights[distance[index] ?? 0] ?? 0;',
    'pixels[index] = Math.round(((pixels[index] ?? 0) * weight + (drawn[index] ?? 0) * (255 - weight)) / 255);',
    'const kept = (pixels[at + 3] ?? 0) * weight;',
    'const added = (drawn[at + 3] ?? 0) * (255 - weight);',
    'for (let index = at; index < at + 4; index++) pixels[index] = drawn[index] ?? 0;',
    'pixels[index] = Math.round(((pixels[index] ?? 0) * kept + (drawn[index] ?? 0) * added) / seen);',
  ],
  'src/pixels/mask/edge-distance.ts': [
    'let best = distance[at] ?? 0;',
    'best = Math.min(best, (distance[at + neighbour] ?? 0) + unitsPerPixel);',
  ],
  'src/pixels/mask/mask-islands.ts': [
    'root = parent[root] ?? 0;',
    'const aboveEnd = firstRunOfRow[row] ?? 0;',
    'deepest = Math.max(deepest, distance[offset + x] ?? 0);',
    'for (let touching = above; touching < aboveEnd && (runStart[touching] ?? 0) <= x; touching++) {',
    'depth[root] = Math.max(depth[root] ?? 0, depth[own] ?? 0);',
    'return { firstRunOfRow, runStart, runEnd, depthOf: (run) => depth[rootOf(run)] ?? 0 };',
  ],
};

/** Of the arithmetic on pixels. */
export const pixelEquivalents: readonly Equivalent[] = [
  ...Object.entries(readsInside).flatMap(([file, lines]) =>
    lines.map((line) => ({
      file,
      line,
      changes: ['0 → 1'],
      reason: 'the index is inside the array: the default is for the type checker alone',
    })),
  ),
  {
    file: 'src/pixels/mask/blend-pixels.ts',
    line: 'return Uint8Array.from({ length: 256 }, (_, units) => {',
    changes: ['256 → 2560'],
    reason: 'a distance is a byte: what a longer table has more is never looked up',
  },
  {
    file: 'src/pixels/mask/blend-pixels.ts',
    line: 'for (let row = 0; row < rows; row++) {',
    changes: ['< → <='],
    reason: 'behind the last row there is no run, and no pixel that is open',
  },
  {
    file: 'src/pixels/mask/mask-islands.ts',
    line: 'while (above < aboveEnd && (runEnd[above] ?? 0) < start) above++;',
    changes: ['0 → 1'],
    reason: 'the run is there: the default is for the type checker alone',
  },
  {
    file: 'src/pixels/mask/mask-islands.ts',
    line: 'let above = firstRunOfRow[row - 1] ?? 0;',
    changes: ['0 → 1'],
    reason: 'above the first row there are no runs, so that none is looked at from either',
  },
  {
    file: 'src/pixels/mask/mask-islands.ts',
    line: 'parent[root] = parent[parent[root] ?? 0] ?? 0;',
    reason: 'a way that is not halved leads to the same root; it costs time alone',
  },
  ...[
    'let runStart = new Int32Array(1024);',
    'let runEnd = new Int32Array(1024);',
    'let parent = new Int32Array(1024);',
    'let depth = new Uint8Array(1024);',
  ].map((line) => ({
    file: 'src/pixels/mask/mask-islands.ts',
    line,
    changes: ['1024 → 10240'],
    reason: 'the four grow when the first is full: one that is larger holds the same',
  })),
  ...[
    'runStart = grown(runStart, new Int32Array(runs * 2));',
    'runEnd = grown(runEnd, new Int32Array(runs * 2));',
    'parent = grown(parent, new Int32Array(runs * 2));',
    'depth = grown(depth, new Uint8Array(runs * 2));',
  ].map((line) => ({
    file: 'src/pixels/mask/mask-islands.ts',
    line,
    changes: ['2 → 3'],
    reason: 'how much it grows at once changes how often it is copied, not what it holds',
  })),
  {
    file: 'src/pixels/mask/blend-pixels.ts',
    line: 'const kept = alpha[index] ?? 255;',
    changes: ['255 → 2550'],
    reason: 'the index is inside the array: the default is for the type checker alone',
  },
  {
    file: 'src/pixels/mask/blend-pixels.ts',
    line: 'mix(pixels, drawn, index * channels, soft > kept ? soft : kept);',
    changes: ['> → >='],
    reason: 'of two that are equal it does not matter which is taken',
  },
  {
    file: 'src/pixels/mask/blend-pixels.ts',
    line: 'return part >= 1 ? 0 : Math.round(255 * (1 - part * part * (3 - 2 * part)));',
    changes: ['>= → >'],
    reason: 'at 1 the curve is at 0 itself',
  },
  {
    file: 'src/pixels/mask/edge-distance.ts',
    line: 'for (let index = 0; index < alpha.length; index++) if (alpha[index] !== 255) distance[index] = limit;',
    changes: ['< → <='],
    reason: 'nothing is written behind the end of a typed array',
  },
  {
    file: 'src/pixels/mask/edge-distance.ts',
    line: 'for (let row = 0; row < rows; row++) sweep(distance, row * widthPx, widthPx, row > 0 ? -widthPx : 0, 1);',
    changes: ['< → <='],
    reason: 'behind the last row there is no pixel, and none is written',
  },
  {
    file: 'src/pixels/mask/edge-distance.ts',
    line: 'for (let row = rows - 1; row >= 0; row--)',
    changes: ['- → +', '1 → 0'],
    reason: 'behind the last row there is no pixel, and none is written',
  },
  {
    file: 'src/pixels/mask/edge-distance.ts',
    line: 'if (best === 0) continue;',
    changes: ['best === 0 → false', '0 → 1'],
    reason: 'nothing is nearer than 0, and no distance is 1; it saves time alone',
  },
  {
    file: 'src/pixels/mask/plan-mask.ts',
    line: 'while (top < rows && isOpaque(top)) top++;',
    changes: ['< → <='],
    reason: 'behind the last row there is none that is opaque',
  },
  {
    file: 'src/pixels/mask/composite-mask.ts',
    line: "format === 'png' ? pipeline.png(pngEncoding) : pipeline.webp({ lossless: true, exact: true, effort: 0 });",
    changes: ['0 → 1'],
    reason: 'the same pixels in a few bytes less, and later',
  },
  {
    file: 'src/pixels/mask/composite-mask.ts',
    line: "mode: isOver ? 'over' : 'mix',",
    changes: ["'mix' → ''"],
    reason: 'every mode but `over` is the other one',
  },
];
