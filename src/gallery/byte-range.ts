import type { ByteSpan } from './blob-store.ts';

/**
 * What a `Range` header asks of a resource of `sizeBytes`: one span (206), `'unsatisfiable'` (416), or
 * undefined: the whole (200). Several ranges at once, unknown units and bad syntax are answered with the
 * whole, as RFC 9110 section 14.2 allows; a picture viewer never needs `multipart/byteranges`.
 */
export function readByteRange(
  header: string | undefined,
  sizeBytes: number,
): ByteSpan | 'unsatisfiable' | undefined {
  const match =
    header === undefined || header.length > 64
      ? null
      : /^bytes=(\d*)-(\d*)$/i.exec(header.replaceAll(/[ \t]/g, ''));
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const suffixLength = Number(last);
    if (suffixLength === 0 || sizeBytes === 0) return 'unsatisfiable';
    return { start: Math.max(0, sizeBytes - suffixLength), endInclusive: sizeBytes - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= sizeBytes) return 'unsatisfiable';
  return { start, endInclusive: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
}
