import { bigEndian, type ByteReader, covers, hasText } from './byte-reader.ts';
import { exifOrientation } from './exif-orientation.ts';
import { isSize, type PictureFacts } from './picture-facts.ts';

/** Segments looked at before the frame header. Large ICC and C2PA data come in 64 KB segments. */
const maxSegments = 2048;
/** Fill bytes, and stray bytes between segments, which decoders skip. */
const maxSkippedBytes = 4096;

/** Whether the bytes begin with a JPEG's start of image. */
export function isJpeg(bytes: ByteReader): boolean {
  return bytes.byteAt(0) === 0xff && bytes.byteAt(1) === 0xd8 && bytes.byteAt(2) === 0xff;
}

/** SOF0–SOF15 carry the size; C4, C8 and CC in that range are tables. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Markers that stand alone, without a length: TEM and the restart markers. */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

/** Walks the segments, whatever stands in them, to the frame header. */
export function readJpeg(bytes: ByteReader): PictureFacts | undefined {
  let offset = 2;
  let skipped = 0;
  let orientation = 1;
  for (let segments = 0; segments < maxSegments; segments++) {
    while (bytes.byteAt(offset) !== 0xff || bytes.byteAt(offset + 1) === 0xff) {
      offset++;
      if (++skipped > maxSkippedBytes) return undefined;
    }
    const marker = bytes.byteAt(offset + 1);
    if (marker === undefined || marker === 0xd9 || marker === 0xda) return undefined;
    offset += 2;
    if (standsAlone(marker)) continue;
    if (isFrameHeader(marker)) return frame(bytes, offset, orientation);
    // APP1 also carries XMP, so the label decides.
    if (marker === 0xe1 && hasText(bytes, offset + 2, 'Exif\0\0'))
      orientation = exifOrientation(bytes, offset + 8);
    const length = bigEndian(bytes, offset, 2);
    if (length < 2) return undefined;
    offset += length;
  }
  return undefined;
}

function frame(bytes: ByteReader, offset: number, orientation: number): PictureFacts | undefined {
  if (!covers(bytes, offset + 8)) return undefined;
  const size = { widthPx: bigEndian(bytes, offset + 5, 2), heightPx: bigEndian(bytes, offset + 3, 2) };
  return isSize(size) ? { mimeType: 'image/jpeg', size, hasAlpha: false, orientation } : undefined;
}
