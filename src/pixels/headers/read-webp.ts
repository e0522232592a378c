import { type ByteReader, covers, hasText, littleEndian } from './byte-reader.ts';
import { exifOrientation } from './exif-orientation.ts';
import { isSize, type PictureFacts } from './picture-facts.ts';

/** Chunks walked to find EXIF, which stands behind the pixels; an animation has one chunk a frame. */
const maxChunks = 512;

/** Whether the bytes begin with a WebP container. */
export function isWebp(bytes: ByteReader): boolean {
  return hasText(bytes, 0, 'RIFF') && hasText(bytes, 8, 'WEBP');
}

/** Reads the first chunk: `VP8 ` (lossy), `VP8L` (lossless) or `VP8X` (extended: canvas size and flags). */
export function readWebp(bytes: ByteReader): PictureFacts | undefined {
  if (hasText(bytes, 12, 'VP8 ')) return readLossy(bytes);
  if (hasText(bytes, 12, 'VP8L')) return readLossless(bytes);
  if (hasText(bytes, 12, 'VP8X')) return readExtended(bytes);
  return undefined;
}

function readLossy(bytes: ByteReader): PictureFacts | undefined {
  if (!covers(bytes, 30) || littleEndian(bytes, 23, 3) !== 0x2a019d) return undefined;
  // The two highest bits of each side are a scaling hint for displays.
  const size = {
    widthPx: littleEndian(bytes, 26, 2) & 0x3fff,
    heightPx: littleEndian(bytes, 28, 2) & 0x3fff,
  };
  return facts(size.widthPx, size.heightPx, false, 1);
}

function readLossless(bytes: ByteReader): PictureFacts | undefined {
  if (!covers(bytes, 25) || bytes.byteAt(20) !== 0x2f) return undefined;
  const packed = littleEndian(bytes, 21, 4);
  return facts((packed & 0x3fff) + 1, ((packed >>> 14) & 0x3fff) + 1, (packed & 0x10000000) !== 0, 1);
}

function readExtended(bytes: ByteReader): PictureFacts | undefined {
  if (!covers(bytes, 30)) return undefined;
  const flags = littleEndian(bytes, 20, 1);
  const orientation = (flags & 0x08) === 0 ? 1 : orientationOf(bytes);
  return facts(
    littleEndian(bytes, 24, 3) + 1,
    littleEndian(bytes, 27, 3) + 1,
    (flags & 0x10) !== 0,
    orientation,
  );
}

function orientationOf(bytes: ByteReader): number {
  let chunk = 30;
  for (let count = 0; count < maxChunks && covers(bytes, chunk + 8); count++) {
    if (hasText(bytes, chunk, 'EXIF')) {
      // Some writers keep JPEG's label in front of the TIFF structure.
      return exifOrientation(bytes, hasText(bytes, chunk + 8, 'Exif\0\0') ? chunk + 14 : chunk + 8);
    }
    const length = littleEndian(bytes, chunk + 4, 4);
    chunk += 8 + length + (length % 2);
  }
  return 1;
}

function facts(
  widthPx: number,
  heightPx: number,
  hasAlpha: boolean,
  orientation: number,
): PictureFacts | undefined {
  const size = { widthPx, heightPx };
  return isSize(size) ? { mimeType: 'image/webp', size, hasAlpha, orientation } : undefined;
}
