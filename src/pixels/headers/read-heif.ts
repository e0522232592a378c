import type { PixelSize } from '../../journey/catalogue-model.ts';
import { bigEndian, type ByteReader, covers, hasText } from './byte-reader.ts';
import { isSize, type PictureFacts } from './picture-facts.ts';

/** Boxes looked at in one container, and associations in `ipma`: a tiled phone picture has about a hundred. */
const maxBoxes = 1024;
const maxBrands = 64;

interface Box {
  readonly type: string;
  /** First byte of the box's content. */
  readonly start: number;
  /** First byte after the box. */
  readonly end: number;
}

/** Whether the bytes begin with an ISO base media file's `ftyp` box. */
export function isHeif(bytes: ByteReader): boolean {
  return hasText(bytes, 4, 'ftyp');
}

/**
 * Reads AVIF and HEIC: the brand from `ftyp`, then the properties of the primary item in `meta`. A tiled
 * picture also carries its tiles' sizes, so the size is taken through the item's associations, and only
 * failing those from the largest `ispe`.
 */
export function readHeif(bytes: ByteReader): PictureFacts | undefined {
  const fileBoxes = boxes(bytes, 0, Number.MAX_SAFE_INTEGER);
  const brand = fileBoxes.next().value;
  if (brand === undefined || brand.type !== 'ftyp') return undefined;
  const mimeType = mimeTypeOf(bytes, brand);
  if (mimeType === undefined) return undefined;
  const meta = findBox(fileBoxes, 'meta');
  // `meta`, `pitm` and `ipma` are full boxes: four bytes of version and flags stand first.
  const inMeta = meta === undefined ? [] : [...boxes(bytes, meta.start + 4, meta.end)];
  const iprp = findBox(inMeta, 'iprp');
  const inIprp = iprp === undefined ? [] : [...boxes(bytes, iprp.start, iprp.end)];
  const ipco = findBox(inIprp, 'ipco');
  if (ipco === undefined) return undefined;
  const properties = [...boxes(bytes, ipco.start, ipco.end)];
  const own = ownProperties(bytes, properties, findBox(inMeta, 'pitm'), findBox(inIprp, 'ipma'));
  const stored = largestExtent(bytes, own) ?? largestExtent(bytes, properties);
  if (stored === undefined) return undefined;
  return {
    mimeType,
    size: rotated(bytes, own, stored),
    hasAlpha: properties.some((box) => isAlpha(bytes, box)),
    orientation: 1,
  };
}

function mimeTypeOf(bytes: ByteReader, ftyp: Box): 'image/avif' | 'image/heic' | undefined {
  const end = Math.min(ftyp.end, ftyp.start + 8 + maxBrands * 4);
  let heic = false;
  for (let offset = ftyp.start; offset + 4 <= end; offset += 4) {
    // The minor version stands between the major brand and the compatible ones.
    if (offset === ftyp.start + 4) continue;
    if (hasText(bytes, offset, 'avi') && (hasText(bytes, offset + 3, 'f') || hasText(bytes, offset + 3, 's')))
      return 'image/avif';
    if (['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx'].some((name) => hasText(bytes, offset, name)))
      heic = true;
  }
  return heic ? 'image/heic' : undefined;
}

/** The boxes between two offsets; stops at the first that is damaged. */
function* boxes(bytes: ByteReader, start: number, end: number): Generator<Box, undefined> {
  let offset = start;
  for (let count = 0; count < maxBoxes && offset + 8 <= end && covers(bytes, offset + 8); count++) {
    let length = bigEndian(bytes, offset, 4);
    let header = 8;
    if (length === 1) {
      length = bigEndian(bytes, offset + 8, 8);
      header = 16;
    }
    // Length 0 means up to the end of the file.
    const boxEnd = length === 0 ? end : offset + length;
    if (boxEnd < offset + header || boxEnd > end) return undefined;
    const type = String.fromCharCode(...[4, 5, 6, 7].map((index) => bytes.byteAt(offset + index) ?? 0));
    yield { type, start: offset + header, end: boxEnd };
    offset = boxEnd;
  }
  return undefined;
}

function findBox(all: Iterable<Box>, type: string): Box | undefined {
  for (const box of all) if (box.type === type) return box;
  return undefined;
}

/** The properties that `ipma` associates with the primary item; empty when the two do not say. */
function ownProperties(
  bytes: ByteReader,
  properties: readonly Box[],
  pitm: Box | undefined,
  ipma: Box | undefined,
): readonly Box[] {
  if (pitm === undefined || ipma === undefined) return [];
  const primary = bigEndian(bytes, pitm.start + 4, bytes.byteAt(pitm.start) === 0 ? 2 : 4);
  const idLength = (bytes.byteAt(ipma.start) ?? 0) < 1 ? 2 : 4;
  const indexLength = ((bytes.byteAt(ipma.start + 3) ?? 0) & 1) === 1 ? 2 : 1;
  const items = Math.min(bigEndian(bytes, ipma.start + 4, 4), maxBoxes);
  let offset = ipma.start + 8;
  for (let item = 0; item < items && offset < ipma.end; item++) {
    const id = bigEndian(bytes, offset, idLength);
    const count = bytes.byteAt(offset + idLength) ?? 0;
    offset += idLength + 1;
    if (id === primary) {
      return Array.from({ length: count }, (_, index) => {
        const entry = bigEndian(bytes, offset + index * indexLength, indexLength);
        // The highest bit says whether the property is essential; the rest is its index from 1.
        return properties[(entry & (indexLength === 2 ? 0x7fff : 0x7f)) - 1];
      }).filter((box) => box !== undefined);
    }
    offset += count * indexLength;
  }
  return [];
}

function largestExtent(bytes: ByteReader, properties: readonly Box[]): PixelSize | undefined {
  let largest: PixelSize | undefined;
  for (const box of properties) {
    if (box.type !== 'ispe' || box.end - box.start < 12 || !covers(bytes, box.start + 12)) continue;
    const size = {
      widthPx: bigEndian(bytes, box.start + 4, 4),
      heightPx: bigEndian(bytes, box.start + 8, 4),
    };
    const area = largest === undefined ? 0 : largest.widthPx * largest.heightPx;
    if (isSize(size) && size.widthPx * size.heightPx > area) largest = size;
  }
  return largest;
}

/** `irot` turns by quarters and is part of decoding, unlike EXIF's orientation. */
function rotated(bytes: ByteReader, own: readonly Box[], size: PixelSize): PixelSize {
  const turn = findBox(own, 'irot');
  const isQuarter = turn !== undefined && ((bytes.byteAt(turn.start) ?? 0) & 1) === 1;
  return isQuarter ? { widthPx: size.heightPx, heightPx: size.widthPx } : size;
}

function isAlpha(bytes: ByteReader, box: Box): boolean {
  if (box.type !== 'auxC') return false;
  return (
    hasText(bytes, box.start + 4, 'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha') ||
    hasText(bytes, box.start + 4, 'urn:mpeg:hevc:2015:auxid:1')
  );
}
