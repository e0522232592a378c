import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edgeDistance, unitsPerPixel } from './edge-distance.ts';

/** The way to the nearest kept pixel, of all of them: steps sideways at 3, diagonal ones at 4. */
function nearest(alpha: readonly number[], widthPx: number, limit: number): number[] {
  return alpha.map((value, at) => {
    if (value === 255) return 0;
    const ways = alpha.map((other, to) => {
      if (other !== 255) return limit;
      const across = Math.abs((to % widthPx) - (at % widthPx));
      const down = Math.abs(Math.floor(to / widthPx) - Math.floor(at / widthPx));
      const diagonal = Math.min(across, down);
      return 4 * diagonal + 3 * (Math.max(across, down) - diagonal);
    });
    return Math.min(limit, ...ways);
  });
}

test('a pixel is as far as its nearest kept one, up to the limit, and the border of the picture is no edge', () => {
  const mask = fc.integer({ min: 1, max: 9 }).chain((widthPx) =>
    fc.record({
      widthPx: fc.constant(widthPx),
      rows: fc.array(
        fc.array(fc.constantFrom(0, 0, 0, 254, 255), { minLength: widthPx, maxLength: widthPx }),
        { minLength: 1, maxLength: 9 },
      ),
      limit: fc.constantFrom(5, 12, 250),
    }),
  );
  fc.assert(
    fc.property(mask, ({ widthPx, rows, limit }) => {
      const alpha = rows.flat();
      const found = edgeDistance(Uint8Array.from(alpha), widthPx, limit);
      expect([...found]).toEqual(nearest(alpha, widthPx, limit));
    }),
    { numRuns: 300 },
  );
  expect(unitsPerPixel).toBe(3);
});
