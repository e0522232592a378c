import sharp from 'sharp';
import type { PictureWish } from './picture-wish.ts';
import type { Raster } from './rasterize.ts';
import { markJpeg, markPng, SANDBOX_COMMENT, SANDBOX_SOFTWARE } from './sandbox-mark.ts';

/** Encodes pixels as a file, marked as made by the sandbox. Settings favour speed: this is a rehearsal, not an archive. */
export async function encodePicture(
  { pixels, widthPx, heightPx }: Raster,
  mimeType: PictureWish['mimeType'],
): Promise<Uint8Array<ArrayBuffer>> {
  const image = sharp(pixels, {
    raw: { width: widthPx, height: heightPx, channels: 4 },
    limitInputPixels: false,
  }).removeAlpha();
  if (mimeType === 'image/png') return markPng(await image.png({ compressionLevel: 3 }).toBuffer());
  const exif = { IFD0: { Software: SANDBOX_SOFTWARE, ImageDescription: SANDBOX_COMMENT } };
  return markJpeg(await image.withExif(exif).jpeg({ quality: 88, chromaSubsampling: '4:4:4' }).toBuffer());
}
