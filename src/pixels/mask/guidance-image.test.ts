import sharp from 'sharp';
import { expect, test } from 'vitest';
import { guidanceImage } from './guidance-image.ts';

test.each([
  [2000, 1498, 1024, 767],
  [1498, 2000, 767, 1024],
  [300, 200, 300, 200],
  [4000, 1, 1024, 1],
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
