import type { PixelSize } from '../journey/catalogue-model.ts';
import { freeBytes } from '../bytes/free-bytes.ts';
import type { MaskPlan } from '../journey/guidance.ts';
import { decoding, openPicture, type PictureRole } from './open-picture.ts';

/** A picture in memory: 8-bit sRGB, rows from the top, `channels` bytes a pixel. */
export interface Pixels {
  /** Its ArrayBuffer can be transferred to a worker. */
  readonly data: Uint8Array<ArrayBuffer>;
  readonly size: PixelSize;
  /** 4 when the picture has an alpha channel, else 3. */
  readonly channels: 3 | 4;
}

/**
 * The one decode by which "equal outside the mask" is defined: upright, 8 bits, sRGB. Pixels of an 8-bit sRGB
 * picture come out as they are; 16-bit ones keep their upper byte; palette, greyscale, CMYK and other colour
 * profiles are converted, because the result is always an RGB picture. Throws as `openPicture` does.
 */
export async function decodePixels(bytes: Buffer, role: PictureRole, maxPixels: number): Promise<Pixels> {
  const { pipeline } = await openPicture(bytes, role, maxPixels);
  const { data, info } = await decoding(
    role,
    pipeline.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
  );
  const channels = info.channels === 4 ? 4 : 3;
  if (data.length !== info.width * info.height * channels)
    throw new RangeError(`decoded to ${info.channels} channels`);
  return {
    data: moved(data, new Uint8Array(data.length)),
    size: { widthPx: info.width, heightPx: info.height },
    channels,
  };
}

/** A picture's transparency alone: one byte a pixel, all 255 for a picture without an alpha channel. */
export interface AlphaPlane {
  /** Can be read by several threads at once. */
  readonly data: Uint8Array<SharedArrayBuffer>;
  readonly size: PixelSize;
}

/** Decodes the alpha channel only, upright and in 8 bits. Throws as `openPicture` does. */
export async function decodeAlpha(bytes: Buffer, role: PictureRole, maxPixels: number): Promise<AlphaPlane> {
  const { pipeline } = await openPicture(bytes, role, maxPixels);
  const { data, info } = await decoding(
    role,
    pipeline
      .ensureAlpha()
      .extractChannel('alpha')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true }),
  );
  return {
    data: moved(data, new Uint8Array(new SharedArrayBuffer(data.length))),
    size: { widthPx: info.width, heightPx: info.height },
  };
}

/** The given rows of a drawn picture, after it was scaled and cut to cover `size`. */
export async function decodeDrawnRows(
  bytes: Buffer,
  target: {
    readonly size: PixelSize;
    readonly rows: MaskPlan['rows'];
    readonly channels: 3 | 4;
    readonly opaque: boolean;
  },
  maxPixels: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const { pipeline } = await openPicture(bytes, 'generated', maxPixels);
  const { widthPx, heightPx } = target.size;
  const fitted = pipeline
    .resize(widthPx, heightPx, { fit: 'cover', position: 'centre' })
    .extract({ left: 0, top: target.rows.top, width: widthPx, height: target.rows.bottom - target.rows.top })
    .toColourspace('srgb');
  const opaque = target.opaque ? fitted.flatten({ background: '#ffffff' }) : fitted;
  const laidOut = target.channels === 4 ? opaque.ensureAlpha() : opaque.removeAlpha();
  const { data } = await decoding(
    'generated',
    laidOut.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
  );
  return moved(data, new Uint8Array(data.length));
}

/**
 * Decoded bytes in memory of our own, which threads can be given; libvips' memory is given back at once. Not by sharp's
 * `toUint8Array`, which never frees it (sharp 0.35.5).
 */
function moved<Target extends Uint8Array>(decoded: Buffer, target: Target): Target {
  target.set(decoded);
  freeBytes([decoded]);
  return target;
}
