import { setImmediate } from 'node:timers/promises';
import type { Base64Image } from './base64-image.ts';
import { takeBytes } from './blocks.ts';
import { PlantainError } from '../kernel/plantain-error.ts';

/** Characters decoded at a time: a multiple of 4, small enough that the passing string is cheap. */
const pieceChars = 32 * 1024;
/** Bytes decoded before other requests get their turn: about a millisecond. */
const turnBytes = 1024 * 1024;
const equals = 0x3d;

/**
 * The bytes of a picture, decoded into one allocation of exactly their size. Both base64 alphabets and missing
 * padding are taken; anything else that is not base64 throws `upstream_error`, since the base64 of a caller's
 * picture was checked, or made here, when it was read.
 */
export function decodeBase64(image: Base64Image): Buffer {
  const bytes = Buffer.allocUnsafeSlow(image.byteLength);
  let written = 0;
  for (const piece of base64Pieces(image)) written += decodeInto(bytes, written, piece);
  return bytes;
}

/** As `decodeBase64`, letting the event loop breathe, for the tens of megabytes that a 4K picture can have. */
export async function decodeBase64InTurns(image: Base64Image): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(image.byteLength);
  let written = 0;
  let turnEnd = turnBytes;
  for (const piece of base64Pieces(image)) {
    if (written >= turnEnd) {
      await setImmediate();
      turnEnd = written + turnBytes;
    }
    written += decodeInto(bytes, written, piece);
  }
  return bytes;
}

/** Node skips what is not base64 and stops at padding; both show in the count of bytes. */
function decodeInto(bytes: Buffer, offset: number, piece: Buffer): number {
  const wanted = decodedLength(piece);
  if (bytes.write(piece.toString('latin1'), offset, wanted, 'base64') !== wanted) throw damaged();
  return wanted;
}

/**
 * The bytes of a picture in pieces of at most 256 kB, each with memory of its own, for writing to disk or to a socket: give
 * it to `Readable.from`, or loop over it. Throws as `decodeBase64` does, after the pieces before the damage.
 */
export function* decodeBase64Pieces(image: Base64Image): Generator<Buffer, undefined> {
  let left = image.byteLength;
  let bytes = takeBytes(left);
  let written = 0;
  for (const piece of base64Pieces(image)) {
    if (written + decodedLength(piece) > bytes.length) {
      yield bytes.subarray(0, written);
      bytes = takeBytes(left);
      written = 0;
    }
    const count = decodeInto(bytes, written, piece);
    written += count;
    left -= count;
  }
  if (written > 0) yield bytes.subarray(0, written);
  return undefined;
}

/** The characters without their padding, in pieces that each decode alone, across slice borders. */
function* base64Pieces(image: Base64Image): Generator<Buffer, undefined> {
  let left = image.length - paddingLength(image);
  let carry: Buffer = Buffer.alloc(0);
  for (const whole of image.slices) {
    const slice = whole.subarray(0, left);
    left -= slice.length;
    let start = 0;
    if (carry.length > 0) {
      start = Math.min(4 - carry.length, slice.length);
      carry = Buffer.concat([carry, slice.subarray(0, start)]);
      if (carry.length < 4) continue;
      yield carry;
    }
    const end = start + Math.floor((slice.length - start) / 4) * 4;
    for (; start < end; start += pieceChars) yield slice.subarray(start, Math.min(start + pieceChars, end));
    carry = slice.subarray(end);
  }
  if (carry.length > 0) yield carry;
  return undefined;
}

/** How many of the last two characters are padding. */
function paddingLength(image: Base64Image): number {
  let padding = 0;
  for (let index = image.slices.length - 1; index >= 0; index--) {
    const slice = image.slices[index] ?? Buffer.alloc(0);
    for (let at = slice.length - 1; at >= 0; at--) {
      if (slice[at] !== equals || padding === 2) return padding;
      padding++;
    }
  }
  return padding;
}

/** Bytes in a piece; a group cut after one character is no base64. */
function decodedLength(piece: Buffer): number {
  if (piece.length % 4 === 1) throw damaged();
  return Math.floor((piece.length * 3) / 4);
}

function damaged(): PlantainError {
  return new PlantainError(
    'upstream_error',
    'The picture that arrived is damaged: its base64 cannot be read. Ask again.',
  );
}
