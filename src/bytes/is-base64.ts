import { endOfDigits } from './base64-digits.ts';
import type { Base64Image } from './base64-image.ts';

const padding = 0x3d;

/**
 * Whether a text is base64 of the standard alphabet and nothing else; padding may be missing. What callers send as
 * text goes into the upstream's JSON as it is, and a single quote mark in it would end its string and rewrite the
 * request.
 */
export function isBase64({ slices, length }: Base64Image): boolean {
  let digits = 0;
  let paddings = 0;
  for (const slice of slices) {
    const end = paddings > 0 ? 0 : endOfDigits(slice, 0, slice.length);
    digits += end;
    for (let index = end; index < slice.length; index++) {
      if (slice[index] !== padding || ++paddings > 2) return false;
    }
  }
  return digits % 4 !== 1 && digits + paddings === length;
}
