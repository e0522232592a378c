import { type ByteReader, hasText } from './byte-reader.ts';

/** Signatures at the beginning of a file, and what they mean. */
const signatures: readonly (readonly [offset: number, text: string, type: string])[] = [
  [0, '\x89PNG\r\n', 'image/png'],
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, 'GIF8', 'image/gif'],
  [8, 'WEBP', 'image/webp'],
  [0, 'BM', 'image/bmp'],
  [0, 'II*\0', 'image/tiff'],
  [0, 'MM\0*', 'image/tiff'],
  [0, 'II+\0', 'image/tiff (BigTIFF)'],
  [0, 'MM\0+', 'image/tiff (BigTIFF)'],
  [0, '\xff\x0a', 'image/jxl'],
  [4, 'JXL ', 'image/jxl'],
  [0, '\xff\x4f\xff\x51', 'image/jp2'],
  [4, 'jP  ', 'image/jp2'],
  [0, '\0\0\x01\0', 'image/x-icon'],
  [0, '8BPS', 'image/vnd.adobe.photoshop'],
  [0, 'v/1\x01', 'image/x-exr'],
  [0, '%PDF', 'application/pdf'],
  [0, 'PK\x03\x04', 'application/zip'],
  [0, '\x1a\x45\xdf\xa3', 'video/webm'],
  [8, 'avi', 'image/avif'],
  [8, 'hei', 'image/heic'],
  [8, 'hev', 'image/heic'],
  [8, 'mif1', 'image/heif'],
  [4, 'ftyp', 'video/mp4'],
  [0, '{', 'text'],
  [0, '<!DOCTYPE html', 'text/html'],
  [0, '<html', 'text/html'],
  [0, '<svg', 'image/svg+xml'],
  [0, '<?xml', 'image/svg+xml'],
];

/** What kind of file the bytes are by how they begin, for the words of an error; undefined when nothing is known of it. */
export function nameType(bytes: ByteReader): string | undefined {
  const found = signatures.find(([offset, text]) => hasText(bytes, offset, text));
  return found?.[2];
}
