import { say } from '../words/say.ts';
import { feather, harden } from './feather.ts';
import { type MaskDrawing, type MaskShape, paintAll } from './mask-drawing.ts';

/**
 * The mask as the API takes it, as large as the picture: transparent where it may change, opaque elsewhere, between them at
 * a soft edge. Undefined where nothing is painted.
 */
export async function maskFile(
  drawing: MaskDrawing,
  width: number,
  height: number,
  featherPx: number,
): Promise<Blob | undefined> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return undefined;
  paintAll(context, drawing, '#000');
  const pixels = context.getImageData(0, 0, width, height);
  const painted = paintedOf(pixels);
  if (featherPx > 0) feather(painted, width, featherPx);
  else if (!drawing.some(isSoft)) harden(painted);
  if (painted.every((share) => share === 0)) return undefined;
  for (let at = 0; at < painted.length; at++) {
    pixels.data.fill(0, at * 4, at * 4 + 3);
    pixels.data[at * 4 + 3] = 255 - (painted[at] ?? 0);
  }
  context.putImageData(pixels, 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}

/** Whether it is a file that leaves some pixels half painted, which is to stay so. */
function isSoft(shape: MaskShape): boolean {
  return shape.kind === 'file' && shape.painted.some((share) => share > 0 && share < 255);
}

/** How much is painted of each pixel, from 0 to 255. */
export function paintedOf({ data, width, height }: ImageData): Uint8Array {
  const painted = new Uint8Array(width * height);
  for (let at = 0; at < painted.length; at++) painted[at] = data[at * 4 + 3] ?? 0;
  return painted;
}

/**
 * Reads a mask that was saved here or made elsewhere: transparent where the picture may change. In one that is opaque
 * everywhere, white may change and black stays. Rejects with what is wrong, for people.
 */
export async function readMaskFile(file: File, width: number, height: number): Promise<MaskShape> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error(say('reference.unreadable', { name: file.name }));
  }
  try {
    if (bitmap.width !== width || bitmap.height !== height)
      throw new Error(
        say('mask.otherSize', {
          name: file.name,
          width: bitmap.width,
          height: bitmap.height,
          pixels: `${width} × ${height}`,
        }),
      );
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error(say('reference.unreadable', { name: file.name }));
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const painted = new Uint8Array(width * height);
    const hasAlpha = data.some((value, at) => at % 4 === 3 && value < 255);
    for (let at = 0; at < painted.length; at++)
      painted[at] = hasAlpha ? 255 - (data[at * 4 + 3] ?? 0) : brightness(data, at * 4);
    if (painted.every((share) => share === 0)) throw new Error(say('mask.nothingIn', { name: file.name }));
    return { kind: 'file', width, height, painted };
  } finally {
    bitmap.close();
  }
}

function brightness(data: Uint8ClampedArray, at: number): number {
  return Math.round(0.2126 * (data[at] ?? 0) + 0.7152 * (data[at + 1] ?? 0) + 0.0722 * (data[at + 2] ?? 0));
}
