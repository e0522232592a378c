import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { compositeFormatOf, compositeMask, featherPxOf, type LosslessFormat } from './composite-mask.ts';
import { encodeBase64 } from '../../bytes/encode-base64.ts';
import { decodeBase64 } from '../../bytes/decode-base64.ts';
import { pixelOrder, referenceOf } from '../../../test/support/pixel-order.ts';
import { roomyMemory } from '../../../test/support/plain-scope.ts';
import { readMark } from '../../kernel/sandbox-mark.ts';
import { withMark } from '../keep-mark.ts';
import { PixelWorks } from '../pixel-works.ts';
import { planMask } from './plan-mask.ts';

const maxPixels = 1_000_000;
const never = new AbortController().signal;

/** Plans the mask and lays the drawn picture in, as an order does. */
async function composite(
  parts: {
    readonly original: Buffer;
    readonly mask?: Buffer;
    readonly generated: Buffer;
    readonly format?: LosslessFormat;
  },
  limit = maxPixels,
  signal: AbortSignal = never,
) {
  const { mask, ...rest } = parts;
  const plan = await planMask(parts.original, mask, referenceOf(parts.original).size, limit);
  return compositeMask({ ...rest, plan }, limit, signal);
}

const noise = (length: number, seed: number) =>
  Buffer.from(Array.from({ length }, (_, index) => (Math.imul(index + seed, 2_654_435_761) >>> 11) & 255));
const raw = (data: Buffer, width: number, channels: 1 | 2 | 3 | 4) =>
  sharp(data, { raw: { width, height: data.length / width / channels, channels } });

/** A picture of one colour; `alpha` its transparency, pixel by pixel. */
function flat(side: number, colour: readonly number[], alpha?: Uint8Array): Promise<Buffer> {
  const data = Buffer.from(Array.from({ length: side * side }, () => colour).flat());
  for (const [index, value] of alpha?.entries() ?? []) data[index * 4 + 3] = value;
  return raw(data, side, colour.length as 3 | 4)
    .png()
    .toBuffer();
}

/** Every way of storing an original, from RGBA noise. */
const originals: Readonly<Record<string, (rgba: Sharp) => Promise<Buffer>>> = {
  'rgba png': (rgba) => rgba.png().toBuffer(),
  'rgb png': (rgba) => rgba.removeAlpha().png().toBuffer(),
  'palette png with transparency': (rgba) => rgba.png({ palette: true, colours: 32 }).toBuffer(),
  '16-bit png': (rgba) => rgba.toColourspace('rgb16').png().toBuffer(),
  'greyscale png': (rgba) => rgba.removeAlpha().toColourspace('b-w').png().toBuffer(),
  'greyscale png with alpha': (rgba) => rgba.toColourspace('b-w').png().toBuffer(),
  jpeg: (rgba) => rgba.removeAlpha().jpeg().toBuffer(),
  'cmyk jpeg': (rgba) => rgba.removeAlpha().toColourspace('cmyk').jpeg().toBuffer(),
  'display p3 png': (rgba) => rgba.withIccProfile('p3').png().toBuffer(),
  'lossy webp with alpha': (rgba) => rgba.webp().toBuffer(),
  'rotated jpeg': (rgba) => rgba.removeAlpha().jpeg().withMetadata({ orientation: 6 }).toBuffer(),
  gif: (rgba) => rgba.gif().toBuffer(),
};

/** What a viewer of the picture decodes: 8 bits, sRGB, upright, RGBA. */
const decoded = (bytes: Buffer) =>
  sharp(bytes)
    .autoOrient()
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });

function maskOf(alpha: Uint8Array, width: number): Promise<Buffer> {
  const data = Buffer.alloc(alpha.length * 4);
  for (let index = 0; index < alpha.length; index++) data[index * 4 + 3] = alpha[index]!;
  return raw(data, width, 4).png().toBuffer();
}

/** A hole somewhere, with some half-transparent pixels. */
const scenes = fc
  .record({
    width: fc.integer({ min: 8, max: 40 }),
    height: fc.integer({ min: 8, max: 40 }),
    seed: fc.nat(1000),
    hole: fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99), fc.nat(99)),
  })
  .map(({ width, height, seed, hole }) => {
    const [left, right] = [hole[0], hole[1]]
      .map((part) => Math.floor((part / 100) * width))
      .sort((a, b) => a - b) as [number, number];
    const [top, bottom] = [hole[2], hole[3]]
      .map((part) => Math.floor((part / 100) * height))
      .sort((a, b) => a - b) as [number, number];
    return { width, height, seed, left, right, top, bottom };
  });

const alphaOf = (
  scene: {
    width: number;
    height: number;
    seed: number;
    left: number;
    right: number;
    top: number;
    bottom: number;
  },
  width: number,
  height: number,
) =>
  Uint8Array.from({ length: width * height }, (_, index) => {
    const x = index % width;
    const y = Math.floor(index / width);
    if (
      x < Math.min(scene.left, width - 1) ||
      x > scene.right ||
      y < Math.min(scene.top, height - 1) ||
      y > scene.bottom
    )
      return 255;
    return (x + y + scene.seed) % 11 === 0 ? 128 : 0;
  });

describe('outside the mask every pixel equals the original', () => {
  test.each(Object.keys(originals))('%s: 0 differing pixels, as png and as webp', async (name) => {
    await fc.assert(
      fc.asyncProperty(scenes, fc.constantFrom('png', 'webp'), async (scene, format) => {
        const original = await originals[name]!(
          raw(noise(scene.width * scene.height * 4, scene.seed), scene.width, 4),
        );
        const before = await decoded(original);
        const { width, height } = before.info;
        const alpha = alphaOf(scene, width, height);
        const generated = await raw(noise(30 * 20 * 3, 7), 30, 3)
          .png()
          .toBuffer();
        const result = await composite({ original, mask: await maskOf(alpha, width), generated, format });
        expect(result.size).toEqual({ widthPx: width, heightPx: height });
        expect((await sharp(result.bytes).metadata()).mediaType).toBe(result.mimeType);
        const after = await decoded(result.bytes);
        let differing = 0;
        for (let index = 0; index < alpha.length; index++) {
          if (alpha[index] !== 255) continue;
          if (
            !before.data
              .subarray(index * 4, index * 4 + 4)
              .equals(after.data.subarray(index * 4, index * 4 + 4))
          )
            differing++;
        }
        expect(differing).toBe(0);
      }),
      { numRuns: 5 },
    );
  });

  test('of an 8-bit png the very values that were stored come back, colours under alpha 0 included', async () => {
    const data = noise(32 * 32 * 4, 3);
    for (let index = 0; index < 1024; index += 3) data[index * 4 + 3] = 0;
    const alpha = new Uint8Array(1024).fill(255);
    alpha.fill(0, 500, 520);
    const generated = await raw(noise(32 * 32 * 3, 9), 32, 3)
      .png()
      .toBuffer();
    for (const format of ['png', 'webp'] as const) {
      const { bytes } = await composite({
        original: await raw(data, 32, 4).png().toBuffer(),
        mask: await maskOf(alpha, 32),
        generated,
        format,
      });
      const after = await sharp(bytes).raw().toBuffer();
      for (let at = 0; at < data.length; at++)
        if (alpha[at >> 2] === 255 && data[at] !== after[at])
          throw new Error(`${format}: byte ${at} differs`);
    }
  });
});

describe('inside', () => {
  test('far from the edge the drawn picture stands, bit for bit, when it has the same size', async () => {
    const width = 60;
    const alpha = new Uint8Array(3600).fill(255);
    for (let y = 10; y < 50; y++) alpha.fill(0, y * width + 10, y * width + 50);
    const drawn = noise(3600 * 3, 21);
    const original = await raw(noise(3600 * 3, 4), width, 3)
      .png()
      .toBuffer();
    const { bytes } = await composite({
      original,
      mask: await maskOf(alpha, width),
      generated: await raw(drawn, width, 3).png().toBuffer(),
    });
    const after = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    expect(after.info.channels).toBe(3);
    for (let y = 13; y < 47; y++) {
      const row = (y * width + 13) * 3;
      expect(after.data.subarray(row, row + 34 * 3).equals(drawn.subarray(row, row + 34 * 3))).toBe(true);
    }
  });

  test('a drawn picture of another ratio covers the original, centred', async () => {
    const gradient = Buffer.from(Array.from({ length: 200 * 100 }, (_, index) => [index % 200, 0, 0]).flat());
    const original = await raw(Buffer.alloc(30_000, 9), 100, 3).png().toBuffer();
    const mask = await maskOf(new Uint8Array(10_000), 100);
    const { bytes } = await composite({
      original,
      mask,
      generated: await raw(gradient, 200, 3).png().toBuffer(),
    });
    const after = await sharp(bytes).raw().toBuffer();
    expect(Math.abs(after[0]! - 50)).toBeLessThan(3);
    expect(Math.abs(after[99 * 3]! - 149)).toBeLessThan(3);
  });

  test('every edge of a hole is soft, and equally so: left, right, upper and lower', async () => {
    const side = 60;
    const alpha = new Uint8Array(side * side).fill(255);
    for (let y = 20; y < 40; y++) alpha.fill(0, y * side + 20, y * side + 40);
    const { bytes } = await composite({
      original: await flat(side, [255, 0, 0]),
      mask: await maskOf(alpha, side),
      generated: await flat(side, [0, 0, 255]),
    });
    const after = await sharp(bytes).raw().toBuffer();
    const reds = (points: readonly (readonly [x: number, y: number])[]) =>
      points.map(([x, y]) => after[(y * side + x) * 3]);
    const inward = [-1, 0, 1, 2, 3];
    const left = reds(inward.map((step) => [20 + step, 30]));
    expect(left[0]).toBe(255);
    expect(left[1]).toBeGreaterThan(left[2]!);
    expect(left[2]).toBeGreaterThan(0);
    expect(left.slice(3)).toEqual([0, 0]);
    expect(reds(inward.map((step) => [39 - step, 30]))).toEqual(left);
    expect(reds(inward.map((step) => [30, 20 + step]))).toEqual(left);
    expect(reds(inward.map((step) => [30, 39 - step]))).toEqual(left);
  });

  test.each([
    ['an opaque original: white', 3, false, [255, 255, 255]],
    ['a transparent original that is its own mask: white', 4, true, [255, 255, 255]],
    ['an original with transparency: as transparent as drawn', 4, false, [9, 9, 9, 0]],
  ] as const)('what is drawn transparent gives in %s', async (_what, channels, isOwnMask, expected) => {
    const side = 20;
    const alpha = new Uint8Array(side * side).fill(255);
    for (let y = 5; y < 15; y++) alpha.fill(0, y * side, (y + 1) * side);
    const original = await flat(side, [0, 90, 0, 255].slice(0, channels), isOwnMask ? alpha : undefined);
    const { bytes } = await composite({
      original,
      ...(!isOwnMask && { mask: await maskOf(alpha, side) }),
      generated: await flat(side, [9, 9, 9, 0]),
    });
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    const at = 10 * side * info.channels;
    expect([...data.subarray(at, at + info.channels)]).toEqual(expected);
  });

  test('the feather is about 1% of the shorter side, from 2 to 24 pixels', () => {
    const sides = [40, 1024, 1060, 4096];
    expect(sides.map((side) => featherPxOf({ widthPx: side, heightPx: 9999 }))).toEqual([2, 10, 11, 24]);
  });
});

describe('without a mask the transparent area of the original is the mask', () => {
  test('opaque pixels stay, the rest lies over the drawn picture, and the result is opaque', async () => {
    const data = noise(900 * 4, 6);
    for (let index = 0; index < 900; index++) data[index * 4 + 3] = [0, 255, 128][index % 3]!;
    const drawn = noise(900 * 3, 8);
    const { bytes } = await composite({
      original: await raw(data, 30, 4).png().toBuffer(),
      generated: await raw(drawn, 30, 3).png().toBuffer(),
    });
    const after = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    expect(after.info.channels).toBe(3);
    for (let index = 0; index < 900; index++) {
      for (let channel = 0; channel < 3; channel++) {
        const kept = data[index * 4 + 3]!;
        const expected = Math.round(
          (data[index * 4 + channel]! * kept + drawn[index * 3 + channel]! * (255 - kept)) / 255,
        );
        expect(after.data[index * 3 + channel]).toBe(expected);
      }
    }
  });

  test('a colour hidden under transparency never shines through, beside the edge either', async () => {
    const side = 60;
    const alpha = new Uint8Array(side * side);
    for (let y = 0; y < side; y++) alpha.fill(255, y * side, y * side + 30);
    const { bytes } = await composite({
      original: await flat(side, [255, 0, 0, 255], alpha),
      generated: await flat(side, [0, 0, 255]),
    });
    const after = await sharp(bytes).raw().toBuffer();
    for (let x = 28; x < 34; x++)
      expect([...after.subarray(x * 3, x * 3 + 3)]).toEqual(x < 30 ? [255, 0, 0] : [0, 0, 255]);
  });

  test('an opaque original leaves nothing to edit', async () => {
    const original = await raw(noise(300, 1), 10, 3).png().toBuffer();
    await expect(composite({ original, generated: original })).rejects.toMatchObject({
      code: 'invalid_image_file',
      param: 'mask',
    });
  });
});

test('a drawing of the sandbox is told from a model’s also where it was laid in, with its letters where they are now', async () => {
  const mark = { lettering: { left: 10, top: 20, width: 30, height: 10 }, head: { x: 40, y: 30, width: 20 } };
  const red = { create: { width: 100, height: 100, channels: 3, background: '#f00' } } as const;
  const plain = await sharp(red).png().toBuffer();
  const marked = await withMark(sharp(red).jpeg(), mark).toBuffer();
  const mask = await maskOf(new Uint8Array(200 * 200), 200);
  const original = await sharp({ create: { ...red.create, width: 200, height: 200 } })
    .png()
    .toBuffer();
  for (const format of ['png', 'webp'] as const) {
    const { bytes } = await composite({ original, mask, generated: marked, format });
    expect(readMark(bytes)).toEqual({
      lettering: { left: 20, top: 40, width: 60, height: 20 },
      head: { x: 80, y: 60, width: 40 },
    });
    expect(readMark((await composite({ original, mask, generated: plain, format })).bytes)).toBeUndefined();
  }
});

describe('faults name who can cure them', () => {
  const picture = () =>
    raw(noise(40 * 40 * 4, 2), 40, 4)
      .png()
      .toBuffer();

  test('a mask of another size, a damaged original, a damaged drawing, too many pixels', async () => {
    const whole = await picture();
    const cut = whole.subarray(0, whole.length / 2);
    const run = (parts: { original?: Buffer; mask?: Buffer; generated?: Buffer }, pixels = maxPixels) =>
      composite({ original: whole, mask: whole, generated: whole, ...parts }, pixels);
    await expect(run({ mask: await maskOf(new Uint8Array(900), 30) })).rejects.toMatchObject({
      code: 'invalid_image_file',
      param: 'mask',
    });
    await expect(run({ original: cut })).rejects.toMatchObject({
      code: 'invalid_image_file',
      param: 'image',
    });
    await expect(run({ mask: cut })).rejects.toMatchObject({ code: 'invalid_image_file', param: 'mask' });
    await expect(run({ generated: cut })).rejects.toMatchObject({ code: 'conversion_failed' });
    await expect(run({}, 1599)).rejects.toMatchObject({
      code: 'invalid_image_file',
      param: 'mask',
      message: expect.stringContaining('40x40') as string,
    });
  });

  test('an original longer than the format carries is told as what it is, not as damaged', async () => {
    const original = await raw(Buffer.alloc(16_384 * 3), 16_384, 3)
      .png()
      .toBuffer();
    const mask = await maskOf(new Uint8Array(16_384), 16_384);
    await expect(composite({ original, mask, generated: original, format: 'webp' })).rejects.toMatchObject({
      code: 'conversion_failed',
      message: expect.stringContaining('longer than 16383 pixels') as string,
    });
  });

  test('an aborted caller ends the work', async () => {
    const whole = await picture();
    await expect(
      composite({ original: whole, mask: whole, generated: whole }, maxPixels, AbortSignal.abort()),
    ).rejects.toMatchObject({ code: 'client_closed' });
  });
});

test.each([
  [{}, 'png'],
  [{ format: 'webp' }, 'webp'],
  // It is made again anyway.
  [{ format: 'webp', compression: 80 }, 'png'],
  [{ format: 'webp', exactSize: { widthPx: 9, heightPx: 9 } }, 'png'],
  [{ format: 'jpeg' }, 'png'],
] as const)('what is to become %j is laid together as %s', (wish, format) => {
  expect(compositeFormatOf(wish)).toBe(format);
});

test('PixelWorks composites base64 pictures and paints the guidance', async () => {
  const works = new PixelWorks({ maxParallel: 1, maxQueued: 4, maxPixels: 10_000_000 });
  const [width, height] = [1600, 800];
  const original = await sharp({ create: { width, height, channels: 3, background: '#336699' } })
    .jpeg()
    .toBuffer();
  const alpha = new Uint8Array(width * height).fill(255);
  for (let y = 200; y < 600; y++) alpha.fill(0, y * width + 400, y * width + 1200);
  const order = pixelOrder({ original, mask: await maskOf(alpha, width) });
  const scope = { signal: never, memory: roomyMemory.open() };

  const guidance = await works.prepare(order, scope);
  const guide = guidance!.references[1]!;
  expect(guidance!.references[0]).toBe(order.references[0]);
  expect(guide).toMatchObject({
    mimeType: 'image/png',
    size: { widthPx: 1024, heightPx: 512 },
    hasAlpha: false,
  });
  const painted = await sharp(decodeBase64(guide.base64)).raw().toBuffer({ resolveWithObject: true });
  const pixel = (x: number, y: number) => [
    ...painted.data.subarray((y * 1024 + x) * painted.info.channels).subarray(0, 3),
  ];
  expect(pixel(512, 256)).toEqual([255, 0, 255]);
  expect(pixel(10, 10).map((value, index) => Math.abs(value - [0x33, 0x66, 0x99][index]!) < 4)).toEqual([
    true,
    true,
    true,
  ]);

  const drawn = await sharp({ create: { width: 1408, height: 704, channels: 3, background: '#ff0000' } })
    .webp()
    .toBuffer();
  const image = {
    base64: encodeBase64(drawn),
    mimeType: 'image/webp' as const,
    size: { widthPx: 1408, heightPx: 704 },
  };
  const result = await works.finish(order, guidance, image, scope);
  expect(result).toMatchObject({ mimeType: 'image/png', size: { widthPx: width, heightPx: height } });
});

test('the guidance of a transparent original paints its transparent area', async () => {
  const works = new PixelWorks({ maxParallel: 1, maxQueued: 4, maxPixels: 10_000_000 });
  const data = Buffer.alloc(100 * 100 * 4, 200);
  for (let index = 0; index < 10_000; index++) data[index * 4 + 3] = index % 100 < 50 ? 0 : 255;
  const order = pixelOrder({ original: await raw(data, 100, 4).png().toBuffer() });
  const guidance = await works.prepare(order, { signal: never, memory: roomyMemory.open() });
  const painted = await sharp(decodeBase64(guidance!.references[1]!.base64)).removeAlpha().raw().toBuffer();
  expect([...painted.subarray(0, 3)]).toEqual([255, 0, 255]);
  expect([...painted.subarray(99 * 3, 100 * 3)]).toEqual([200, 200, 200]);
});
