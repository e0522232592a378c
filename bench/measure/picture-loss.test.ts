import { expect, test } from 'vitest';
import { pictureLoss } from './picture-loss.ts';

const widthPx = 16;
const before = Uint8Array.from({ length: widthPx * 16 * 3 }, (_, index) => 40 + ((index * 37) % 160));

test('the same pixels have lost nothing', () => {
  expect(pictureLoss(before, before.slice(), widthPx)).toEqual({ psnrDb: Number.POSITIVE_INFINITY, ssim: 1 });
});

test('every value off by five is 34.15 dB, and hardly another structure', () => {
  const { psnrDb, ssim } = pictureLoss(
    before,
    before.map((value) => value + 5),
    widthPx,
  );
  expect(psnrDb).toBeCloseTo(34.15, 2);
  expect(ssim).toBeGreaterThan(0.99);
});

test('what keeps the mean but not the structure is told by its similarity', () => {
  const even = before.map(() => 120);
  expect(pictureLoss(before, even, widthPx).ssim).toBeLessThan(0.1);
});
