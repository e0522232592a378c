import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BlendJob, blendPixels } from './blend-pixels.ts';
import { edgeDistance, unitsPerPixel } from './edge-distance.ts';
import { findIslands } from './mask-islands.ts';

const masks = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 }))
  .chain(([width, height]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      alpha: fc
        .array(
          fc.oneof({ weight: 4, arbitrary: fc.constantFrom(0, 255) }, { weight: 1, arbitrary: fc.nat(255) }),
          {
            minLength: width * height,
            maxLength: width * height,
          },
        )
        .map((values) => Uint8Array.from(values)),
    }),
  );

const noise = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, index) => (Math.imul(index + seed, 2_654_435_761) >>> 13) & 255);

function job(alpha: Uint8Array<ArrayBuffer>, widthPx: number, changes: Partial<BlendJob> = {}): BlendJob {
  const channels = changes.channels ?? 4;
  return {
    pixels: noise(alpha.length * channels, 1),
    drawn: noise(alpha.length * channels, 99),
    alpha,
    channels,
    widthPx,
    firstRow: 0,
    featherPx: 2,
    mode: 'mix',
    ...changes,
  };
}

describe('blendPixels', () => {
  test('of two half-seen colours each counts by how much of it is seen; of two unseen ones the drawn one is left', () => {
    const byte = fc.oneof(fc.constantFrom(0, 1, 254, 255), fc.nat(255));
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(0, 1, 254), fc.nat(254)),
        fc.array(byte, { minLength: 4, maxLength: 4 }),
        fc.array(byte, { minLength: 4, maxLength: 4 }),
        (weight, own, drawn) => {
          const blend = job(Uint8Array.of(weight), 1, {
            pixels: Uint8Array.from(own),
            drawn: Uint8Array.from(drawn),
            featherPx: 0,
          });
          blendPixels(blend);
          const [ownSeen, drawnSeen] = [own[3]! * weight, drawn[3]! * (255 - weight)];
          const seen = ownSeen + drawnSeen;
          const mixed = own
            .slice(0, 3)
            .map((value, index) => Math.round((value * ownSeen + drawn[index]! * drawnSeen) / seen));
          expect([...blend.pixels]).toEqual(seen === 0 ? drawn : [...mixed, Math.round(seen / 255)]);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('nothing is written below the rows that were drawn, however far the mask is open', () => {
    const alpha = new Uint8Array(12);
    for (const channels of [3, 4] as const) {
      const blend = job(alpha, 2, { channels, firstRow: 1, drawn: noise(2 * 2 * channels, 5), featherPx: 0 });
      const before = blend.pixels.slice();
      blendPixels(blend);
      expect(blend.pixels.subarray(0, 2 * channels)).toEqual(before.subarray(0, 2 * channels));
      expect(blend.pixels.subarray(6 * channels)).toEqual(before.subarray(6 * channels));
      expect(blend.pixels.subarray(2 * channels, 6 * channels)).toEqual(blend.drawn);
    }
  });

  test('a pixel whose mask alpha is 255 keeps every bit, whatever the mask, the feather and the layout', () => {
    fc.assert(
      fc.property(
        masks,
        fc.constantFrom(3, 4),
        fc.integer({ min: 0, max: 24 }),
        ({ alpha, width }, channels, featherPx) => {
          const blend = job(alpha, width, { channels, featherPx });
          const before = blend.pixels.slice();
          blendPixels(blend);
          for (let index = 0; index < alpha.length; index++) {
            if (alpha[index] !== 255) continue;
            for (let at = index * channels; at < (index + 1) * channels; at++)
              expect(blend.pixels[at]).toBe(before[at]);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('farther from the edge than the feather, a pixel with mask alpha 0 is the drawn one, bit for bit', () => {
    fc.assert(
      fc.property(
        masks,
        fc.constantFrom(3, 4),
        fc.integer({ min: 0, max: 4 }),
        ({ alpha, width, height }, channels, featherPx) => {
          const blend = job(alpha, width, { channels, featherPx });
          blendPixels(blend);
          for (let index = 0; index < alpha.length; index++) {
            if (alpha[index] !== 0 || trueDistance(alpha, width, height, index) < featherPx + 2) continue;
            for (let at = index * channels; at < (index + 1) * channels; at++)
              expect(blend.pixels[at]).toBe(blend.drawn[at]);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('without a feather, mask alpha mixes both in proportion', () => {
    fc.assert(
      fc.property(fc.nat(254), fc.nat(255), fc.nat(255), (kept, original, drawn) => {
        const blend = job(Uint8Array.of(kept), 1, {
          channels: 3,
          pixels: Uint8Array.of(original, 0, 255),
          drawn: Uint8Array.of(drawn, 255, 0),
          featherPx: 0,
        });
        blendPixels(blend);
        expect([...blend.pixels]).toEqual(
          [
            [original, drawn],
            [0, 255],
            [255, 0],
          ].map(([from, to]) => Math.round((from! * kept + to! * (255 - kept)) / 255)),
        );
      }),
    );
  });

  test('the edge is soft: inward from it the original fades steadily', () => {
    const alpha = new Uint8Array(100).fill(0);
    alpha.fill(255, 0, 20);
    const blend = job(alpha, 100, {
      channels: 3,
      pixels: new Uint8Array(300).fill(255),
      drawn: new Uint8Array(300),
      featherPx: 10,
    });
    blendPixels(blend);
    const line = Array.from({ length: 80 }, (_, index) => blend.pixels[(20 + index) * 3]!);
    expect(line[0]).toBeGreaterThan(230);
    expect(line[10]).toBe(0);
    for (let index = 1; index < line.length; index++)
      expect(line[index]).toBeLessThanOrEqual(line[index - 1]!);
    expect(new Set(line.slice(0, 10)).size).toBe(10);
  });

  test('the edge is a smooth curve, rounded to the nearest of 255', () => {
    const blend = job(Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0, 0), 9, {
      channels: 3,
      pixels: new Uint8Array(27).fill(255),
      drawn: new Uint8Array(27),
      featherPx: 3,
    });
    blendPixels(blend);
    expect([...blend.pixels].filter((_, index) => index % 3 === 0)).toEqual([
      255, 215, 128, 40, 0, 0, 0, 0, 0,
    ]);
  });

  test('a hole at the picture border is not softened along the border', () => {
    const blend = job(new Uint8Array(100), 10, { channels: 3, featherPx: 4 });
    blendPixels(blend);
    expect(blend.pixels).toEqual(blend.drawn);
  });

  test('a thin stroke beside a wide area is still edited to its middle', () => {
    const width = 60;
    const alpha = new Uint8Array(width * 60).fill(255);
    for (let y = 0; y < 60; y++) {
      alpha.fill(0, y * width, y * width + 30);
      alpha.fill(0, y * width + 45, y * width + 50);
      alpha[y * width + 55] = 0;
    }
    const blend = job(alpha, width, { channels: 3, featherPx: 12 });
    blendPixels(blend);
    for (const x of [47, 55]) {
      const middle = (30 * width + x) * 3;
      expect(blend.pixels.slice(middle, middle + 3)).toEqual(blend.drawn.slice(middle, middle + 3));
    }
  });

  test('a colour hidden under full transparency never shines through the soft edge', () => {
    const alpha = Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0);
    const pixels = Uint8Array.from({ length: 32 }, (_, index) => (index % 4 === 3 ? 0 : 255));
    const drawn = Uint8Array.from({ length: 32 }, (_, index) => (index % 4 === 3 ? 255 : 10));
    const blend = job(alpha, 8, { pixels, drawn, featherPx: 3 });
    blendPixels(blend);
    for (let index = 1; index < 8; index++)
      expect([...blend.pixels.subarray(index * 4, index * 4 + 3)]).toEqual([10, 10, 10]);
  });

  test('over: the original lies on the drawn picture, opaque everywhere', () => {
    fc.assert(
      fc.property(masks, ({ alpha, width }) => {
        const pixels = noise(alpha.length * 4, 5);
        for (let index = 0; index < alpha.length; index++) pixels[index * 4 + 3] = alpha[index]!;
        const before = pixels.slice();
        const blend = job(alpha, width, { pixels, mode: 'over', featherPx: 0 });
        blendPixels(blend);
        for (let at = 0; at < pixels.length; at++) {
          const kept = alpha[at >> 2]!;
          const mixed = Math.round((before[at]! * kept + blend.drawn[at]! * (255 - kept)) / 255);
          expect(pixels[at]).toBe(at % 4 === 3 ? 255 : mixed);
        }
      }),
    );
  });

  test('a mask of noise, with more separate areas than can be labelled, is blended with a hard edge', () => {
    const width = 2048;
    const alpha = Uint8Array.from({ length: width * 1100 }, (_, index) => (index % 2 === 0 ? 0 : 255));
    const blend = job(alpha, width, { channels: 4, featherPx: 8 });
    const before = blend.pixels.slice();
    blendPixels(blend);
    let wrong = 0;
    for (let at = 0; at < before.length; at++) {
      const expected = alpha[at >> 2] === 255 ? before[at] : blend.drawn[at];
      if (blend.pixels[at] !== expected) wrong++;
    }
    expect(wrong).toBe(0);
  });
});

test('edge distances are within 8% of the true ones, and never confuse kept with open', () => {
  fc.assert(
    fc.property(masks, ({ alpha, width, height }) => {
      const found = edgeDistance(alpha, width, 60);
      for (let index = 0; index < alpha.length; index++) {
        const truth = Math.min(20, trueDistance(alpha, width, height, index));
        const distance = found[index]! / unitsPerPixel;
        expect(distance).toBeGreaterThanOrEqual(truth * 0.92);
        expect(distance).toBeLessThanOrEqual(Math.min(20, truth * 1.08));
      }
    }),
  );
});

test('islands equal a flood fill: runs cover the open pixels, and each knows the depth of its whole island', () => {
  fc.assert(
    fc.property(masks, ({ alpha, width, height }) => {
      const distance = edgeDistance(alpha, width, 60);
      const islands = findIslands(alpha, distance, width)!;
      const depths = floodDepths(alpha, distance, width, height);
      const found = new Map<number, number>();
      for (let row = 0; row < height; row++) {
        for (let run = islands.firstRunOfRow[row]!; run < islands.firstRunOfRow[row + 1]!; run++) {
          for (let x = islands.runStart[run]!; x < islands.runEnd[run]!; x++)
            found.set(row * width + x, islands.depthOf(run));
        }
      }
      expect([...found].sort(([left], [right]) => left - right)).toEqual(depths);
    }),
  );
});

/** By looking at every kept pixel; Infinity when there is none. */
function trueDistance(alpha: Uint8Array, width: number, height: number, index: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (alpha[y * width + x] === 255)
        best = Math.min(best, Math.hypot(x - (index % width), y - Math.floor(index / width)));
    }
  }
  return best;
}

function floodDepths(
  alpha: Uint8Array,
  distance: Uint8Array,
  width: number,
  height: number,
): [number, number][] {
  const depths = new Map<number, number>();
  for (let seed = 0; seed < alpha.length; seed++) {
    if (alpha[seed] === 255 || depths.has(seed)) continue;
    const island = new Set([seed]);
    for (const index of island) {
      for (const [dx, dy] of [
        [-1, -1],
        [0, -1],
        [1, -1],
        [-1, 0],
        [1, 0],
        [-1, 1],
        [0, 1],
        [1, 1],
      ] as const) {
        const x = (index % width) + dx;
        const y = Math.floor(index / width) + dy;
        if (x >= 0 && x < width && y >= 0 && y < height && alpha[y * width + x] !== 255)
          island.add(y * width + x);
      }
    }
    const depth = Math.max(...[...island].map((index) => distance[index]!));
    for (const index of island) depths.set(index, depth);
  }
  return [...depths].sort(([left], [right]) => left - right);
}
