import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { referenceOf } from '../../../test/support/pixel-order.ts';
import { checkMask } from './mask-rules.ts';
import { editableRows, planMask } from './plan-mask.ts';

const size = { widthPx: 30, heightPx: 20 };

function plane(alpha: (index: number) => number, width = 30, height = 20) {
  const data = Buffer.alloc(width * height * 4);
  for (let index = 0; index < width * height; index++) data[index * 4 + 3] = alpha(index);
  return sharp(data, { raw: { width, height, channels: 4 } });
}

const first = referenceOf(
  await plane(() => 255)
    .png()
    .toBuffer(),
);

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
    expect(() => checkMask(referenceOf(grey), first)).toThrow(refusal(/no alpha channel/));
  });

  test('of another size: both sizes are named', async () => {
    const mask = await plane(() => 0, 20, 30)
      .png()
      .toBuffer();
    expect(() => checkMask(referenceOf(mask), first)).toThrow(refusal(/20x30.*30x20/));
  });

  test('JPEG', async () => {
    const jpeg = await plane(() => 0)
      .jpeg()
      .toBuffer();
    expect(() => checkMask(referenceOf(jpeg), first)).toThrow(refusal(/image\/jpeg/));
  });

  test('opaque everywhere: nothing to edit', async () => {
    const original = await plane(() => 255)
      .png()
      .toBuffer();
    const mask = await plane(() => 255)
      .png()
      .toBuffer();
    await expect(planMask(original, mask, size, 1_000_000)).rejects.toEqual(refusal(/nothing to edit/));
    await expect(planMask(original, undefined, size, 1_000_000)).rejects.toEqual(
      refusal(/no transparent area/),
    );
  });

  test('damaged behind its header', async () => {
    const whole = await plane((index) => (index * 37) % 256)
      .png()
      .toBuffer();
    const mask = whole.subarray(0, whole.length - 100);
    await expect(planMask(mask, mask, size, 1_000_000)).rejects.toEqual(refusal(/damaged/));
  });
});

describe('a mask that fits is taken', () => {
  test.each(['png', 'palette png', '16-bit png', 'webp'])('%s', async (kind) => {
    const source = plane((index) => (index === 77 ? 0 : 255));
    const mask = await (kind === 'webp'
      ? source.webp({ lossless: true })
      : kind === '16-bit png'
        ? source.toColourspace('rgb16').png()
        : source.png({ palette: kind === 'palette png' })
    ).toBuffer();
    await planMask(mask, mask, size, 1_000_000);
    await planMask(mask, undefined, size, 1_000_000);
  });

  test('fully transparent: the whole picture may change', async () => {
    const mask = await plane(() => 0)
      .png()
      .toBuffer();
    await planMask(mask, mask, size, 1_000_000);
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
