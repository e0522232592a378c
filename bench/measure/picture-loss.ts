/** How far a picture is from the one it was made of. */
export interface PictureLoss {
  /** Peak signal-to-noise ratio over all channels, in decibels; infinite for the same pixels. */
  readonly psnrDb: number;
  /** Structural similarity of brightness, mean over blocks of 8 × 8 pixels: 1 for the same. */
  readonly ssim: number;
}

const blockPx = 8;
/** The constants of Wang et al. 2004 for values to 255. */
const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;

/** Compares two pictures of three bytes a pixel. */
export function pictureLoss(before: Uint8Array, after: Uint8Array, widthPx: number): PictureLoss {
  if (before.length !== after.length) throw new RangeError('The pictures differ in size.');
  let squares = 0;
  for (let index = 0; index < before.length; index++)
    squares += ((before[index] ?? 0) - (after[index] ?? 0)) ** 2;
  const psnrDb =
    squares === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10((255 ** 2 * before.length) / squares);
  const heightPx = before.length / 3 / widthPx;
  let sum = 0;
  let blocks = 0;
  for (let top = 0; top + blockPx <= heightPx; top += blockPx)
    for (let left = 0; left + blockPx <= widthPx; left += blockPx, blocks++)
      sum += blockSimilarity(before, after, widthPx, top * widthPx + left);
  return { psnrDb, ssim: sum / blocks };
}

function blockSimilarity(before: Uint8Array, after: Uint8Array, widthPx: number, from: number): number {
  const count = blockPx * blockPx;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumYY = 0;
  let sumXY = 0;
  for (let row = 0; row < blockPx; row++) {
    for (let column = 0; column < blockPx; column++) {
      const at = (from + row * widthPx + column) * 3;
      const x = brightness(before, at);
      const y = brightness(after, at);
      sumX += x;
      sumY += y;
      sumXX += x * x;
      sumYY += y * y;
      sumXY += x * y;
    }
  }
  const meanX = sumX / count;
  const meanY = sumY / count;
  const varianceX = sumXX / count - meanX * meanX;
  const varianceY = sumYY / count - meanY * meanY;
  const covariance = sumXY / count - meanX * meanY;
  return (
    ((2 * meanX * meanY + c1) * (2 * covariance + c2)) /
    ((meanX * meanX + meanY * meanY + c1) * (varianceX + varianceY + c2))
  );
}

function brightness(pixels: Uint8Array, at: number): number {
  return 0.299 * (pixels[at] ?? 0) + 0.587 * (pixels[at + 1] ?? 0) + 0.114 * (pixels[at + 2] ?? 0);
}
