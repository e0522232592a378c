import type { Base64Image } from './base64-image.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const isDigit = new Uint8Array(256);
for (const digit of Buffer.from(alphabet)) isDigit[digit] = 1;
const padding = 0x3d;

/**
 * Whether a text is base64 and nothing else; padding may be missing. What callers send as text goes into the
 * upstream's JSON as it is, and a single quote mark in it would end its string and rewrite the request.
 */
export function isBase64({ slices, length }: Base64Image): boolean {
  let position = 0;
  let hasPadding = false;
  for (const slice of slices) {
    for (let index = 0; index < slice.length; index++, position++) {
      const character = slice[index] ?? 0;
      if (isDigit[character] === 1 && !hasPadding) continue;
      if (character !== padding || position < length - 2) return false;
      hasPadding = true;
    }
  }
  return true;
}
