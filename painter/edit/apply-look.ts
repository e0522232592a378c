import sharp, { type Sharp } from 'sharp';
import type { Pixels } from './frame.ts';
import type { LookName } from './read-edit.ts';

/** The looks that need a pixel's neighbours; all others are for `repaint`. */
export async function applyLook(pixels: Pixels, look: LookName | null): Promise<Pixels> {
  const { widthPx, heightPx } = pixels;
  const short = Math.min(widthPx, heightPx);
  const open = () =>
    sharp(pixels.data, { raw: { width: widthPx, height: heightPx, channels: 3 }, limitInputPixels: false });
  const read = async (pipeline: Sharp): Promise<Pixels> => ({
    data: await pipeline.toColourspace('srgb').raw().toBuffer(),
    widthPx,
    heightPx,
  });
  switch (look) {
    case 'blur':
      return read(open().blur(Math.max(1, short / 90)));
    case 'watercolour': {
      const washed = await open()
        .median(7)
        .blur(Math.max(0.6, short / 500))
        .modulate({ saturation: 1.05, brightness: 1.03 })
        .raw()
        .toBuffer();
      return sketched({ data: washed, widthPx, heightPx }, 0.45, true);
    }
    case 'pixels': {
      const cell = Math.max(2, Math.round(short / 72));
      const small = { width: Math.ceil(widthPx / cell), height: Math.ceil(heightPx / cell) };
      const coarse = await open()
        .resize({ ...small, fit: 'fill' })
        .raw()
        .toBuffer();
      return read(
        sharp(coarse, { raw: { ...small, channels: 3 } }).resize(widthPx, heightPx, {
          fit: 'fill',
          kernel: 'nearest',
        }),
      );
    }
    case 'sketch':
      return sketched(pixels, 1, false);
    default:
      return pixels;
  }
}

/** Pencil lines where the picture changes: its lightness against that of a blurred copy. `keeps` leaves the colours. */
async function sketched(
  { data, widthPx, heightPx }: Pixels,
  strength: number,
  keeps: boolean,
): Promise<Pixels> {
  const raw = { raw: { width: widthPx, height: heightPx, channels: 3 as const }, limitInputPixels: false };
  const grey = await sharp(data, raw).greyscale().raw().toBuffer();
  const plane = { raw: { width: widthPx, height: heightPx, channels: 1 as const }, limitInputPixels: false };
  const soft = await sharp(grey, plane)
    .blur(Math.max(1.5, Math.min(widthPx, heightPx) / 220))
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const out = Buffer.alloc(data.length);
  for (let at = 0; at < widthPx * heightPx; at += 1) {
    const line = Math.min(1, (grey[at] ?? 0) / Math.max(1, soft[at] ?? 0)) ** (keeps ? 2 : 6);
    const tone = 0.62 + (0.38 * (grey[at] ?? 0)) / 255;
    for (const channel of [0, 1, 2]) {
      const paper = [252, 248, 240][channel] ?? 250;
      const base = keeps ? (data[at * 3 + channel] ?? 0) : paper * tone;
      out[at * 3 + channel] = base * (1 - strength + strength * line);
    }
  }
  return { data: out, widthPx, heightPx };
}
