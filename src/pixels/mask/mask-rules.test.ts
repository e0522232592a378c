import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { bytesOf } from '../headers/byte-reader.ts';
import { encodeBase64 } from '../../bytes/encode-base64.ts';
import { checkMaskHeader, editableRows } from './mask-rules.ts';
import { PixelWorks } from '../pixel-works.ts';

const size = { widthPx: 30, heightPx: 20 };
const works = new PixelWorks({ maxParallel: 1, maxQueued: 10, maxInputPixels: 1_000_000 });
const never = new AbortController().signal;

function plane(alpha: (index: number) => number, width = 30, height = 20) {
  const data = Buffer.alloc(width * height * 4);
  for (let index = 0; index < width * height; index++) data[index * 4 + 3] = alpha(index);
  return sharp(data, { raw: { width, height, channels: 4 } });
}

const refusal = (text: RegExp) =>
  expect.objectContaining({
    code: 'invalid_image_file',
    param: 'mask',
    message: expect.stringMatching(text) as string,
  });

describe('a mask that does not fit is a clear invalid_image_file naming the mask', () => {
  test('without an alpha channel', async () => {
    const grey = await sharp(Buffer.alloc(600, 255), { raw: { width: 30, height: 20, channels: 1 } })
      .png()
      .toBuffer();
    expect(() => checkMaskHeader(bytesOf(grey), size)).toThrow(refusal(/no alpha channel/));
  });

  test('of another size: both sizes are named', async () => {
    const mask = await plane(() => 0, 20, 30)
      .png()
      .toBuffer();
    expect(() => checkMaskHeader(bytesOf(mask), size)).toThrow(refusal(/20x30.*30x20/));
  });

  test('JPEG, and no picture at all', async () => {
    const jpeg = await plane(() => 0)
      .jpeg()
      .toBuffer();
    expect(() => checkMaskHeader(bytesOf(jpeg), size)).toThrow(refusal(/image\/jpeg/));
    expect(() => checkMaskHeader(bytesOf(Buffer.from('text')), size)).toThrow(refusal(/not a picture/));
  });

  test('opaque everywhere: nothing to edit', async () => {
    const original = encodeBase64(
      await plane(() => 255)
        .png()
        .toBuffer(),
    );
    const mask = encodeBase64(
      await plane(() => 255)
        .png()
        .toBuffer(),
    );
    await expect(works.checkMask({ original, mask }, size, never)).rejects.toEqual(
      refusal(/nothing to edit/),
    );
    await expect(works.checkMask({ original }, size, never)).rejects.toEqual(refusal(/no transparent area/));
  });

  test('damaged behind its header', async () => {
    const whole = await plane((index) => (index * 37) % 256)
      .png()
      .toBuffer();
    const mask = encodeBase64(whole.subarray(0, whole.length - 100));
    await expect(works.checkMask({ original: mask, mask }, size, never)).rejects.toEqual(refusal(/damaged/));
  });
});

describe('a mask that fits is taken', () => {
  test.each(['png', 'palette png', '16-bit png', 'webp'])('%s', async (kind) => {
    const source = plane((index) => (index === 77 ? 0 : 255));
    const bytes = await (kind === 'webp'
      ? source.webp({ lossless: true })
      : kind === '16-bit png'
        ? source.toColourspace('rgb16').png()
        : source.png({ palette: kind === 'palette png' })
    ).toBuffer();
    const mask = encodeBase64(bytes);
    await works.checkMask({ original: mask, mask }, size, never);
    await works.checkMask({ original: mask }, size, never);
  });

  test('fully transparent: the whole picture may change', async () => {
    const mask = encodeBase64(
      await plane(() => 0)
        .png()
        .toBuffer(),
    );
    await works.checkMask({ original: mask, mask }, size, never);
  });
});

test('the rows with something to edit are found exactly', () => {
  const alpha = new Uint8Array(50).fill(255);
  expect(editableRows(alpha, 5)).toBeUndefined();
  alpha[19] = 254;
  expect(editableRows(alpha, 5)).toEqual({ top: 3, bottom: 4 });
  alpha[49] = 0;
  expect(editableRows(alpha, 5)).toEqual({ top: 3, bottom: 10 });
});
