import { crc32 } from 'node:zlib';
import { deterministicBytes } from './deterministic-bytes.ts';

const pngEndBytes = 12;
/** A JPEG comment's length field counts itself and has two bytes. */
const maxCommentBytes = 65_533;

/** Grows a picture to at least `length` bytes in parts that decoders skip, so it stays the picture it was. */
export function padPicture(picture: Buffer, mimeType: 'image/png' | 'image/jpeg', length: number): Buffer {
  const missing = length - picture.length;
  if (missing <= 0) return picture;
  return mimeType === 'image/png' ? padPng(picture, missing) : padJpeg(picture, missing);
}

/** One private ancillary chunk before IEND. */
function padPng(picture: Buffer, missing: number): Buffer {
  const end = picture.length - pngEndBytes;
  const typeAndData = Buffer.concat([Buffer.from('plTn'), deterministicBytes(missing, missing)]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(missing);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(typeAndData));
  return Buffer.concat([picture.subarray(0, end), head, typeAndData, checksum, picture.subarray(end)]);
}

/** Comment segments after the start-of-image marker. */
function padJpeg(picture: Buffer, missing: number): Buffer {
  const pieces = [picture.subarray(0, 2)];
  for (let left = missing; left > 0; left -= maxCommentBytes) {
    const dataBytes = Math.min(left, maxCommentBytes);
    const head = Buffer.from([0xff, 0xfe, 0, 0]);
    head.writeUInt16BE(dataBytes + 2, 2);
    pieces.push(head, deterministicBytes(dataBytes, left));
  }
  return Buffer.concat([...pieces, picture.subarray(2)]);
}
