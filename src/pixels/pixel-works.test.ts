import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { OutputFormat } from '../journey/image-order.ts';
import type { GeneratedImage, ImageMimeType, MeasuredImage } from '../journey/image-result.ts';
import { Base64Image } from '../bytes/base64-image.ts';
import { decodeBase64 } from '../bytes/decode-base64.ts';
import { encodeBase64 } from '../bytes/encode-base64.ts';
import { pixelOrder } from '../../test/support/pixel-order.ts';
import { roomyMemory } from '../../test/support/plain-scope.ts';
import type { ConversionWish } from './convert-image.ts';
import { type PixelOrder, PixelWorks } from './pixel-works.ts';

const works = new PixelWorks({ maxParallel: 2, maxQueued: 50, maxPixels: 4_000_000 });
const never = new AbortController().signal;

const convert = (
  image: GeneratedImage,
  wish: ConversionWish,
  signal: AbortSignal = never,
  by: PixelWorks = works,
): Promise<GeneratedImage> =>
  by.finish(pixelOrder({ output: wish }), undefined, image, { signal, memory: roomyMemory.open() });

/** Stripes and a gradient, so that cutting, stretching and quality all show. */
function pattern(width: number, height: number, channels: 3 | 4 = 3): Buffer {
  const data = Buffer.alloc(width * height * channels);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += channels) {
      data[at] = Math.round((x / width) * 255);
      data[at + 1] = Math.round((y / height) * 255);
      data[at + 2] = (x + y) % 8 < 4 ? 200 : 40;
      if (channels === 4) data[at + 3] = x < width / 2 ? 0 : 255;
    }
  }
  return data;
}

async function picture(
  format: OutputFormat | 'gif',
  width: number,
  height: number,
  channels: 3 | 4 = 3,
): Promise<MeasuredImage> {
  const bytes = await sharp(pattern(width, height, channels), { raw: { width, height, channels } })
    .toFormat(format)
    .toBuffer();
  return {
    base64: encodeBase64(bytes),
    mimeType: `image/${format}` as ImageMimeType,
    size: { widthPx: width, heightPx: height },
  };
}

const formats: readonly OutputFormat[] = ['png', 'jpeg', 'webp', 'avif'];

describe('what is already as wished stays the very same object', () => {
  test.each(formats)('%s', async (format) => {
    const image = await picture(format, 16, 12);
    expect(await convert(image, {})).toBe(image);
    expect(await convert(image, { format })).toBe(image);
    expect(await convert(image, { format, compression: 100 })).toBe(image);
    expect(await convert(image, { exactSize: { widthPx: 16, heightPx: 12 } })).toBe(image);
  });

  test('a compression means nothing for png, asked for or drawn', async () => {
    const image = await picture('png', 16, 12);
    expect(await convert(image, { format: 'png', compression: 20 })).toBe(image);
    expect(await convert(image, { compression: 20 })).toBe(image);
  });

  test('a picture of a type that is not known, whatever is wished: it is paid for', async () => {
    const image: GeneratedImage = { base64: encodeBase64(Buffer.from('JXL')), mimeType: 'image/jxl' };
    expect(await convert(image, { format: 'png', compression: 5 })).toBe(image);
    expect(await convert(image, { exactSize: { widthPx: 16, heightPx: 12 } })).toBe(image);
  });

  test('nothing is read, so even a damaged picture passes', async () => {
    const image: GeneratedImage = {
      base64: new Base64Image([Buffer.from('****')]),
      mimeType: 'image/png',
      size: { widthPx: 1, heightPx: 1 },
    };
    expect(await convert(image, { format: 'png' })).toBe(image);
  });

  test('sharp is not loaded before the first picture needs it', () => {
    const script = `
      const { PixelWorks } = await import(process.argv[1]);
      const { Base64Image } = await import(process.argv[2]);
      const works = new PixelWorks({ maxParallel: 1, maxQueued: 1, maxPixels: 1 });
      const image = { base64: new Base64Image([]), mimeType: 'image/png', size: { widthPx: 1, heightPx: 1 } };
      const order = { caller: { keyId: 'k' }, references: [], output: { format: 'png' } };
      await works.finish(order, undefined, image, { signal: AbortSignal.timeout(1000) });
      console.log(process.report.getReport().sharedObjects.filter((name) => name.includes('vips')).length);`;
    const paths = ['./pixel-works.ts', '../bytes/base64-image.ts'].map((name) =>
      fileURLToPath(new URL(name, import.meta.url)),
    );
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script, ...paths], {
      encoding: 'utf8',
    });
    expect(output.trim()).toBe('0');
  });
});

describe('conversion', () => {
  test('every format becomes every other, truthfully labelled, in the same pixels', async () => {
    for (const from of [...formats, 'gif' as const]) {
      const image = await picture(from, 40, 30);
      for (const format of formats) {
        const converted = await convert(image, { format });
        const metadata = await sharp(decodeBase64(converted.base64)).metadata();
        expect(converted.mimeType).toBe(`image/${format}`);
        expect(metadata.mediaType).toBe(converted.mimeType);
        expect([metadata.width, metadata.height]).toEqual([40, 30]);
        expect(converted.size).toEqual({ widthPx: 40, heightPx: 30 });
      }
    }
  });

  test.each(['jpeg', 'webp', 'avif'] as const)(
    '%s: 100 is the best quality and the most bytes, 0 the fewest',
    async (format) => {
      const image = await picture('png', 128, 128);
      const lengths: number[] = [];
      for (const compression of [0, 30, 60, 90, 100]) {
        lengths.push((await convert(image, { format, compression })).base64.byteLength);
      }
      expect(lengths).toEqual([...lengths].sort((left, right) => left - right));
      expect(new Set(lengths).size).toBe(lengths.length);
    },
  );

  test('a compression asks fewer bytes of a picture that already has the format', async () => {
    const image = await picture('jpeg', 128, 128);
    const smaller = await convert(image, { compression: 10 });
    expect(smaller.mimeType).toBe('image/jpeg');
    expect(smaller.base64.byteLength).toBeLessThan(image.base64.byteLength / 2);
  });

  test('png keeps every pixel', async () => {
    const image = await picture('webp', 60, 50, 4);
    const converted = await convert(image, { format: 'png' });
    const [before, after] = await Promise.all(
      [image, converted].map(async ({ base64 }) => sharp(decodeBase64(base64)).raw().toBuffer()),
    );
    expect(after!.equals(before!)).toBe(true);
  });

  test('jpeg shows white where the picture is transparent; webp and avif stay transparent', async () => {
    const image = await picture('png', 64, 64, 4);
    const jpeg = await sharp(decodeBase64((await convert(image, { format: 'jpeg' })).base64))
      .raw()
      .toBuffer();
    expect([...jpeg.subarray(0, 3)].every((value) => value > 250)).toBe(true);
    for (const format of ['webp', 'avif'] as const) {
      const kept = await sharp(decodeBase64((await convert(image, { format })).base64))
        .raw()
        .toBuffer();
      expect(kept[3]).toBe(0);
    }
  });

  test('colours of another profile are brought to sRGB, since the profile is left behind', async () => {
    const red = Buffer.from(Array.from({ length: 32 * 32 }, () => [234, 51, 35]).flat());
    // Display P3's (234, 51, 35) is pure sRGB red.
    const bytes = await sharp(red, { raw: { width: 32, height: 32, channels: 3 } })
      .png()
      .toBuffer();
    const tagged = await sharp(bytes, { ignoreIcc: true })
      .pipelineColourspace('srgb')
      .withIccProfile('p3')
      .png()
      .toBuffer();
    const image: GeneratedImage = {
      base64: encodeBase64(tagged),
      mimeType: 'image/png',
      size: { widthPx: 32, heightPx: 32 },
    };
    const converted = decodeBase64((await convert(image, { format: 'jpeg', compression: 100 })).base64);
    const truth = await sharp(tagged).raw().toBuffer();
    const found = await sharp(converted).raw().toBuffer();
    expect((await sharp(converted).metadata()).icc).toBeUndefined();
    for (let index = 0; index < 3; index++) expect(Math.abs(found[index]! - truth[index]!)).toBeLessThan(4);
  });

  test('EXIF orientation is applied, since metadata is left behind', async () => {
    const bytes = await sharp(pattern(40, 20), { raw: { width: 40, height: 20, channels: 3 } })
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const image: GeneratedImage = {
      base64: encodeBase64(bytes),
      mimeType: 'image/jpeg',
      size: { widthPx: 40, heightPx: 20 },
    };
    expect((await convert(image, { format: 'png' })).size).toEqual({
      widthPx: 20,
      heightPx: 40,
    });
  });
});

describe('exact size', () => {
  const side = fc.integer({ min: 1, max: 120 });

  test('any size from any size is delivered to the pixel', async () => {
    await fc.assert(
      fc.asyncProperty(
        side,
        side,
        side,
        side,
        fc.constantFrom(...formats),
        async (width, height, widthPx, heightPx, format) => {
          const image = await picture('png', width, height);
          const fitted = await convert(image, { format, exactSize: { widthPx, heightPx } });
          expect(fitted.size).toEqual({ widthPx, heightPx });
          const metadata = await sharp(decodeBase64(fitted.base64)).metadata();
          expect([metadata.width, metadata.height]).toEqual([widthPx, heightPx]);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('the longer side is cut equally at both ends and nothing is stretched', async () => {
    const image = await picture('png', 400, 200);
    const fitted = await convert(image, { exactSize: { widthPx: 200, heightPx: 200 } });
    expect(fitted.mimeType).toBe('image/png');
    const data = await sharp(decodeBase64(fitted.base64)).raw().toBuffer();
    // Red counts the way across: a quarter is gone on the left and on the right.
    expect(Math.abs(data[100 * 200 * 3]! - 64)).toBeLessThan(3);
    expect(Math.abs(data[(100 * 200 + 199) * 3]! - 191)).toBeLessThan(3);
  });
});

describe('faults', () => {
  test('a damaged picture is conversion_failed, wherever the damage is', async () => {
    const whole = decodeBase64((await picture('png', 200, 200)).base64);
    for (const bytes of [
      whole.subarray(0, 20),
      whole.subarray(0, whole.length / 2),
      Buffer.from('no picture'),
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    ]) {
      const image: GeneratedImage = {
        base64: encodeBase64(bytes),
        mimeType: 'image/png',
        size: { widthPx: 200, heightPx: 200 },
      };
      await expect(convert(image, { format: 'jpeg' })).rejects.toMatchObject({
        code: 'conversion_failed',
      });
    }
  });

  test('more pixels than allowed are refused before anything is decoded', async () => {
    const image = await picture('png', 2001, 2000);
    await expect(convert(image, { format: 'jpeg' })).rejects.toMatchObject({
      code: 'conversion_failed',
      message: expect.stringContaining('2001x2000') as string,
    });
  });

  test('a format that nobody asked for costs no picture: what cannot be converted goes out as drawn', async () => {
    const drawn = await picture('jpeg', 64, 48);
    const damaged = { ...drawn, base64: drawn.base64.dropHead(400) };
    const expected = { format: 'png', isFormatExpected: true } as const;
    const finish = (output: Partial<PixelOrder['output']>) =>
      works.finish(pixelOrder({ output }), undefined, damaged, {
        signal: never,
        memory: roomyMemory.open(),
      });
    expect(await finish(expected)).toBe(damaged);
    await expect(finish({ format: 'png' })).rejects.toMatchObject({ code: 'conversion_failed' });
    // A size was asked for, and without the conversion it would not be that.
    const exactSize = { widthPx: 10, heightPx: 10 };
    await expect(finish({ ...expected, exactSize })).rejects.toMatchObject({ code: 'conversion_failed' });
    const gone = works.finish(pixelOrder({ output: expected }), undefined, drawn, {
      signal: AbortSignal.abort(),
      memory: roomyMemory.open(),
    });
    await expect(gone).rejects.toMatchObject({ code: 'client_closed' });
  });

  test('a format that nobody asked for does not make a picture too long for its answer', async () => {
    const drawn = await picture('jpeg', 64, 48);
    const finish = (output: Partial<PixelOrder['output']>) =>
      works.finish(pixelOrder({ output: { format: 'png', ...output } }), undefined, drawn, {
        signal: never,
        memory: roomyMemory.open(),
      });
    const { length } = (await finish({})).base64;
    const expected = { isFormatExpected: true, maxBase64Bytes: length } as const;
    expect((await finish(expected)).mimeType).toBe('image/png');
    expect(await finish({ ...expected, maxBase64Bytes: length - 1 })).toBe(drawn);
    // Asked for, it is what was asked for: the answer says that it is too long.
    expect((await finish({ maxBase64Bytes: 1 })).mimeType).toBe('image/png');
  });

  test('a size that the format cannot carry is conversion_failed and names one that can', async () => {
    const image = await picture('png', 20, 20);
    await expect(
      convert(image, { format: 'webp', exactSize: { widthPx: 16_384, heightPx: 4 } }),
    ).rejects.toMatchObject({
      code: 'conversion_failed',
      message: expect.stringContaining('png') as string,
    });
  });

  test('an aborted caller leaves at once, and the works can be used again', async () => {
    const own = new PixelWorks({ maxParallel: 1, maxQueued: 5, maxPixels: 4_000_000 });
    const image = await picture('png', 1500, 1500);
    const controller = new AbortController();
    const leaving = convert(image, { format: 'avif' }, controller.signal, own);
    const waiting = convert(image, { format: 'jpeg' }, never, own);
    controller.abort();
    await expect(leaving).rejects.toMatchObject({ code: 'client_closed' });
    expect((await waiting).mimeType).toBe('image/jpeg');
  });
});
