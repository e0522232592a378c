import { createHash, randomBytes } from 'node:crypto';
import { pngEnd, tinyPng } from '../../support/fake-gemini.ts';

const mebibyte = 1024 * 1024;
const head = Buffer.from(tinyPng, 'base64');

/** Bytes that begin like a PNG and are no picture behind that: for ways on which nobody decodes. */
export function pngOf(byteLength: number): Buffer {
  return Buffer.concat([head, Buffer.alloc(byteLength - head.length, 7)]);
}

/** The base64 of such bytes, so many of it; quick to make. */
export function base64Of(characters: number): Buffer {
  const filler = Buffer.alloc(characters - (characters % 4), 'A');
  return Buffer.concat([
    Buffer.from(tinyPng.slice(0, 40)),
    filler.subarray(40 + pngEnd.length),
    Buffer.from(pngEnd),
  ]);
}

/** A picture that is told from every other by its hash. */
export interface KnownPicture {
  readonly base64: Buffer;
  readonly hash: string;
}

export function randomPicture(byteLength: number): KnownPicture {
  const base64 = Buffer.from(Buffer.concat([head, randomBytes(byteLength - head.length)]).toString('base64'));
  return { base64, hash: hashOf(base64) };
}

export function hashOf(base64: Buffer | string): string {
  return createHash('sha256').update(base64).digest('base64url');
}

export const megabytes = (bytes: number | undefined): string =>
  bytes === undefined ? '-' : (bytes / mebibyte).toFixed(0);
