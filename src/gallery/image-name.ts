import { randomBase62 } from '../kernel/ids.ts';

const extensionOfType: ReadonlyMap<string, string> = new Map([
  ['image/png', 'png'],
  ['image/jpeg', 'jpg'],
  ['image/webp', 'webp'],
  ['image/avif', 'avif'],
  ['image/gif', 'gif'],
  ['image/jxl', 'jxl'],
  ['image/heic', 'heic'],
  ['image/heif', 'heif'],
  ['image/tiff', 'tiff'],
  ['image/bmp', 'bmp'],
]);
const typeOfExtension: ReadonlyMap<string, string> = new Map(
  [...extensionOfType].map(([mimeType, extension]) => [extension, mimeType]),
);
/** Of a type that has no extension here. */
const otherExtension = 'bin';

/** 24 base62 characters carry 142 random bits, and still 124 on a file system that ignores case. */
const randomLength = 24;
const namePattern = /^[0-9A-Za-z]{24}\.(?:png|jpg|webp|avif|gif|jxl|heic|heif|tiff|bmp|bin)$/;

/** A name nobody can guess, ending in the real extension, because some clients go by that alone. */
export function newImageName(mimeType: string): string {
  return `${randomBase62(randomLength)}.${extensionOfType.get(mimeType) ?? otherExtension}`;
}

/** Whether `name` is one that `newImageName` could have made. Nothing else ever reaches a file system. */
export function isImageName(name: string): boolean {
  return namePattern.test(name);
}

/** The content type that a valid name promises. */
export function mimeTypeOfName(name: string): string {
  return typeOfExtension.get(name.slice(randomLength + 1)) ?? 'application/octet-stream';
}
