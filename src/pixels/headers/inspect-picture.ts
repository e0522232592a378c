import type { GeneratedImage } from '../../journey/image-result.ts';
import type { InspectImage } from '../../journey/upstream.ts';
import type { ByteReader } from './byte-reader.ts';
import type { PictureFacts } from './picture-facts.ts';
import { lacksEnd } from './lacks-end.ts';
import { isGif, readGif } from './read-gif.ts';
import { isHeif, readHeif } from './read-heif.ts';
import { isJpeg, readJpeg } from './read-jpeg.ts';
import { isPng, readPng } from './read-png.ts';
import { isTiff, readTiff } from './read-tiff.ts';
import { isWebp, readWebp } from './read-webp.ts';

/**
 * Reads a picture's type, pixels, transparency and orientation from its header alone, a few hundred bytes at
 * most positions, whatever label it came with. Undefined when the bytes are no picture of a known type, or
 * end before the header does. Never throws, and every walk is bounded.
 */
export function inspectPicture(bytes: ByteReader): PictureFacts | undefined {
  if (isPng(bytes)) return readPng(bytes);
  if (isJpeg(bytes)) return readJpeg(bytes);
  if (isWebp(bytes)) return readWebp(bytes);
  if (isGif(bytes)) return readGif(bytes);
  if (isHeif(bytes)) return readHeif(bytes);
  if (isTiff(bytes)) return readTiff(bytes);
  return undefined;
}

/** Declared as one of these, bytes that are none are broken. */
const knownTypes: ReadonlySet<string> = new Set(['png', 'jpeg', 'jpg', 'webp', 'gif', 'avif']);

/**
 * Implements the port of an upstream's answer: its picture with the type and pixels its own bytes name. Undefined where they
 * are none, or end before the picture does.
 */
export const inspectImage: InspectImage = (base64, declaredType = ''): GeneratedImage | undefined => {
  const facts = inspectPicture(base64);
  // Viewers show half of it, or nothing: whoever asked for a picture has none.
  if (facts !== undefined && lacksEnd(base64, facts.mimeType)) return undefined;
  // Nothing here decodes HEIC, and no client shows TIFF: they are passed on like a type that is not known.
  if (facts?.mimeType === 'image/heic' || facts?.mimeType === 'image/tiff')
    return { base64, mimeType: facts.mimeType };
  if (facts !== undefined) return { base64, mimeType: facts.mimeType, size: facts.size };
  const subtype = /^image\/([\w.+-]{1,60})\s*(?:;|$)/.exec(declaredType.trim().toLowerCase())?.[1];
  if (subtype === undefined || knownTypes.has(subtype) || base64.length === 0) return undefined;
  return { base64, mimeType: `image/${subtype}` };
};
