import sharp from 'sharp';
import { expect, test } from 'vitest';
import { guidanceImage } from './guidance-image.ts';

test.each([
  [2000, 1498, 1024, 767],
  [1498, 2000, 767, 1024],
  [300, 200, 300, 200],
  [4000, 1, 1024, 1],
  [1, 4000, 1, 1024],
])(
  'a picture of %i x %i is shown to the model at %i x %i, to the nearest pixel',
  async (width, height, shownWidth, shownHeight) => {
    const original = await sharp({ create: { width, height, channels: 3, background: '#336699' } })
      .png()
      .toBuffer();
    const plan = {
      alpha: new Uint8Array(new SharedArrayBuffer(width * height)),
      size: { widthPx: width, heightPx: height },
      isOwnTransparency: false,
      rows: { top: 0, bottom: height },
    };
    const { bytes, size } = await guidanceImage(original, plan, 16_000_000);
    expect(size).toEqual({ widthPx: shownWidth, heightPx: shownHeight });
    const { width: realWidth, height: realHeight } = await sharp(bytes).metadata();
    expect([realWidth, realHeight]).toEqual([shownWidth, shownHeight]);
  },
);

test('what is open is magenta, and what the original has transparent besides is white', async () => {
  const [width, height] = [30, 10];
  const original = await sharp({ create: { width, height, channels: 4, background: '#33669900' } })
    .png()
    .toBuffer();
  const alpha = new Uint8Array(new SharedArrayBuffer(width * height)).fill(255);
  for (let row = 0; row < height; row++) alpha.fill(0, row * width, row * width + 10);
  const plan = {
    alpha,
    size: { widthPx: width, heightPx: height },
    isOwnTransparency: false,
    rows: { top: 0, bottom: height },
  };
  const { bytes } = await guidanceImage(original, plan, 1000);
  const shown = await sharp(bytes).removeAlpha().raw().toBuffer();
  expect([...shown.subarray(9 * 3, 11 * 3)]).toEqual([255, 0, 255, 255, 255, 255]);
});
