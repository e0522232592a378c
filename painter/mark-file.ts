import { crc32 } from 'node:zlib';
import { markSentence, SANDBOX_SOFTWARE, type SandboxMark } from '../src/kernel/sandbox-mark.ts';

const PNG_HEADER_BYTES = 33;

/** A PNG chunk: length, type, data, and the CRC of type and data (PNG specification, section 5.3). */
function pngText(keyword: string, value: string): Uint8Array {
  const body = Buffer.from(`tEXt${keyword}\0${value}`, 'latin1');
  const chunk = new Uint8Array(body.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, body.length - 4);
  chunk.set(body, 4);
  view.setUint32(body.length + 4, crc32(body));
  return chunk;
}

/** A JPEG comment segment: marker FFFE, a length that counts itself, the text. */
function jpegComment(value: string): Uint8Array {
  const body = Buffer.from(value, 'latin1');
  const segment = new Uint8Array(body.length + 4);
  new DataView(segment.buffer).setUint32(0, 0xfffe0000 | (body.length + 2));
  segment.set(body, 4);
  return segment;
}

/** Joins parts into memory of its own, which a worker can hand over without copying. */
function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The same PNG with `Software` and `Comment` chunks right after its header. */
export function markPng(png: Uint8Array, mark: SandboxMark): Uint8Array<ArrayBuffer> {
  return join([
    png.subarray(0, PNG_HEADER_BYTES),
    pngText('Software', SANDBOX_SOFTWARE),
    pngText('Comment', markSentence(mark)),
    png.subarray(PNG_HEADER_BYTES),
  ]);
}

/** The same JPEG with a comment after its first segment (JFIF or EXIF readers want theirs first). */
export function markJpeg(jpeg: Uint8Array, mark: SandboxMark): Uint8Array<ArrayBuffer> {
  const hasApplicationSegment = jpeg[2] === 0xff && ((jpeg[3] ?? 0) & 0xf0) === 0xe0;
  const after = hasApplicationSegment ? 4 + ((jpeg[4] ?? 0) << 8) + (jpeg[5] ?? 0) : 2;
  return join([
    jpeg.subarray(0, after),
    jpegComment(`${SANDBOX_SOFTWARE}. ${markSentence(mark)}`),
    jpeg.subarray(after),
  ]);
}
