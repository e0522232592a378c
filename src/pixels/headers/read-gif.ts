import { type ByteReader, covers, hasText, littleEndian } from './byte-reader.ts';
import { isSize, type PictureFacts } from './picture-facts.ts';

/** Blocks walked before the first frame: comments and application data come in pieces of 255 bytes. */
const maxBlocks = 8192;

/** Whether the bytes begin with GIF's signature. */
export function isGif(bytes: ByteReader): boolean {
  return hasText(bytes, 0, 'GIF87a') || hasText(bytes, 0, 'GIF89a');
}

/** Reads the screen size, and whether the first frame names a transparent colour. */
export function readGif(bytes: ByteReader): PictureFacts | undefined {
  if (!covers(bytes, 13)) return undefined;
  const size = { widthPx: littleEndian(bytes, 6, 2), heightPx: littleEndian(bytes, 8, 2) };
  if (!isSize(size)) return undefined;
  return { mimeType: 'image/gif', size, hasAlpha: firstFrameHasAlpha(bytes), orientation: 1 };
}

function firstFrameHasAlpha(bytes: ByteReader): boolean {
  const flags = littleEndian(bytes, 10, 1);
  let offset = 13 + ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 0x07) + 1));
  let blocks = 0;
  let hasAlpha = false;
  while (bytes.byteAt(offset) === 0x21 && blocks < maxBlocks) {
    const isGraphicControl = bytes.byteAt(offset + 1) === 0xf9;
    if (isGraphicControl) hasAlpha = (littleEndian(bytes, offset + 3, 1) & 0x01) === 1;
    offset += 2;
    for (
      let length = bytes.byteAt(offset);
      length !== undefined && length > 0 && blocks < maxBlocks;
      blocks++
    ) {
      offset += 1 + length;
      length = bytes.byteAt(offset);
    }
    offset++;
    blocks++;
  }
  return hasAlpha;
}
