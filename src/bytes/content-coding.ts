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
  const names = [header ?? []].flat().join(',').toLowerCase().split(',');
  return names
    .map((name) => name.trim().replace(/^x-gzip$/, 'gzip'))
    .filter((name) => name !== '' && name !== 'identity');
}

/** No larger window may be asked for over HTTP (RFC 9659, section 3), and none larger is made room for. */
const zstdOptions = { params: { [constants.ZSTD_d_windowLogMax]: 23 } };

/**
 * Undoes one coding; undefined where it is not known. Its errors have to be listened to.
 *
 * `firstByte`: of the coded bytes. `rejectGarbageAfterEnd`: what follows is an error rather than nothing; gzip may go
 * on with a further member in any case.
 */
export function openDecoder(
  coding: string,
  firstByte: number,
  { rejectGarbageAfterEnd = false }: { readonly rejectGarbageAfterEnd?: boolean } = {},
): Transform | undefined {
  const options = { rejectGarbageAfterEnd };
  switch (coding) {
    case 'gzip':
      return createGunzip();
    case 'deflate':
      // It means zlib's format, whose first byte ends in 8; some send the bare one.
      return (firstByte & 0x0f) === 8 ? createInflate(options) : createInflateRaw(options);
    case 'br':
      return createBrotliDecompress(options);
    case 'zstd':
      return createZstdDecompress({ ...options, ...zstdOptions });
    default:
      return undefined;
  }
}
