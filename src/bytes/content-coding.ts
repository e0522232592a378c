import type { Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';

/** Codings that can be undone, by their names in headers. */
export const knownCodings: readonly string[] = ['gzip', 'deflate', 'br', 'zstd'];

/** The codings that a content-encoding header names, in lower case and in the order they were applied; identity is none. */
export function codingsOf(header: string | readonly string[] | undefined): string[] {
  if (header === undefined) return [];
  const names = [header].flat().join(',').toLowerCase().split(',');
  return names
    .map((name) => name.trim().replace(/^x-gzip$/, 'gzip'))
    .filter((name) => name !== '' && name !== 'identity');
}

/** No larger window may be asked for over HTTP (RFC 9659, section 3), and none larger is made room for. */
const zstdOptions = { params: { [constants.ZSTD_d_windowLogMax]: 23 } };

/** Undoes one coding. `bytesWritten` tells how much it has used of what it was given. */
export type Decoder = Transform & { readonly bytesWritten: number };

/**
 * A decoder; undefined for a coding that is not known. Its errors have to be listened to.
 *
 * `firstByte`: of the coded bytes; it tells the two forms of deflate apart.
 */
export function openDecoder(coding: string, firstByte: number): Decoder | undefined {
  switch (coding) {
    case 'gzip':
      return createGunzip();
    case 'deflate':
      // It means zlib's format, whose first byte ends in 8; some send the bare one.
      return (firstByte & 0x0f) === 8 ? createInflate() : createInflateRaw();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress(zstdOptions);
    default:
      return undefined;
  }
}
