import sharp from 'sharp';
import type { PictureWish } from './picture-wish.ts';
import type { Raster } from './rasterize.ts';
import { markSentence, SANDBOX_SOFTWARE, type SandboxMark } from '../src/kernel/sandbox-mark.ts';
import { markJpeg, markPng } from './mark-file.ts';

/** Encodes pixels as a file, marked as made by the sandbox. Settings favour speed: this is a rehearsal, not an archive. */
export async function encodePicture(
  { pixels, widthPx, heightPx }: Raster,
  mimeType: PictureWish['mimeType'],
  mark: SandboxMark,
): Promise<Uint8Array<ArrayBuffer>> {
  const image = sharp(pixels, {
    raw: { width: widthPx, height: heightPx, channels: 4 },
    limitInputPixels: false,
  }).removeAlpha();
  if (mimeType === 'image/png') return markPng(await image.png({ compressionLevel: 3 }).toBuffer(), mark);
  const exif = { IFD0: { Software: SANDBOX_SOFTWARE, ImageDescription: markSentence(mark) } };
  return markJpeg(
    await image.withExif(exif).jpeg({ quality: 88, chromaSubsampling: '4:4:4' }).toBuffer(),
    mark,
  );
}
