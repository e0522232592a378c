import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findIslands } from './mask-islands.ts';

const around = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((across) => [down, across] as const));

/** The depth of each open pixel's island, by filling it from there. */
function depths(alpha: readonly number[], distance: readonly number[], widthPx: number): number[] {
  return alpha.map((value, from) => {
    if (value === 255) return -1;
    const seen = new Set([from]);
    for (const at of seen) {
      for (const [down, across] of around) {
        const x = (at % widthPx) + across;
        const to = at + down * widthPx + across;
        if (x >= 0 && x < widthPx && alpha[to] !== undefined && alpha[to] !== 255) seen.add(to);
      }
    }
    return Math.max(...[...seen].map((at) => distance[at] ?? 0));
  });
}

test('every run of open pixels is found, and knows how deep its island is', () => {
  const mask = fc.integer({ min: 1, max: 9 }).chain((widthPx) =>
    fc.record({
      widthPx: fc.constant(widthPx),
      rows: fc.array(
        fc.array(fc.tuple(fc.constantFrom(0, 254, 255, 255), fc.integer({ min: 0, max: 250 })), {
          minLength: widthPx,
          maxLength: widthPx,
        }),
        { minLength: 1, maxLength: 9 },
      ),
    }),
  );
  fc.assert(
    fc.property(mask, ({ widthPx, rows }) => {
      const alpha = rows.flat().map(([value]) => value);
      const distance = rows.flat().map(([, value]) => value);
      const found = findIslands(Uint8Array.from(alpha), Uint8Array.from(distance), widthPx);
      const told = alpha.map(() => -1);
      for (let row = 0; row < rows.length; row++) {
        const [first = 0, end = 0] = found?.firstRunOfRow.subarray(row) ?? [];
        for (let run = first; run < end; run++) {
          const [from = 0, to = 0] = [found?.runStart[run], found?.runEnd[run]];
          told.fill(found?.depthOf(run) ?? 0, row * widthPx + from, row * widthPx + to);
        }
      }
      expect(told).toEqual(depths(alpha, distance, widthPx));
    }),
    { numRuns: 200 },
  );
});

/** As many islands of one pixel as that, 1024 a row, each as deep as its column says. */
function dots(rows: number) {
  const alpha = new Uint8Array(rows * 4096).map((_, at) => ((at >> 11) % 2 === 0 && at % 2 === 0 ? 0 : 255));
  const distance = alpha.map((_, at) => at % 251);
  return { alpha, distance };
}

test('a mask of many islands is one, and one of more than a million is noise', () => {
  const { alpha, distance } = dots(1024);
  const found = findIslands(alpha, distance, 2048);
  expect(found?.firstRunOfRow.at(-1)).toBe(1 << 20);
  for (const run of [0, 1023, 1024, 70_000, (1 << 20) - 1]) {
    const at = Math.floor(run / 1024) * 4096 + (found?.runStart[run] ?? 0);
    expect(found?.depthOf(run)).toBe(distance[at]);
  }
  const more = dots(1025);
  expect(findIslands(more.alpha, more.distance, 2048)).toBeUndefined();
});
