import sharp, { type Sharp } from 'sharp';
import { type PixelBox, readMark, type SandboxMark } from '../../src/kernel/sandbox-mark.ts';

/** Decoded pixels, red, green, blue. */
export interface Pixels {
  readonly data: Buffer;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** A reference larger than this is refused before it is decoded. */
const MAX_REFERENCE_PIXELS = 120_000_000;
/** Up to this difference between the ratios of reference and picture, the reference is cut; past it, it is continued. */
const MAX_CUT = 1.12;

export class UnreadableReference extends Error {
  constructor(position: number, cause: unknown) {
    super(
      `Unable to process input image. Reference ${position + 1} is not a PNG, JPEG or WebP picture that can be decoded.`,
      { cause },
    );
    this.name = 'UnreadableReference';
  }
}

/** How a reference fills a frame. `contain` keeps all of it and continues its edges, blurred, where it does not reach. */
export type Fit = 'cover' | 'contain' | 'nearest';

/** A reference that is a sandbox picture knows where its head is; its lettering is painted over. */
export interface Reference extends Pixels {
  readonly head?: SandboxMark['head'];
}

/** A reference as it is seen, upright, on white, in sRGB, its longer side at most `maxSidePx`. */
export async function openReference(
  bytes: Uint8Array,
  position: number,
  maxSidePx: number,
): Promise<Reference> {
  try {
    const input = sharp(bytes, { limitInputPixels: MAX_REFERENCE_PIXELS, failOn: 'error' });
    const { format, autoOrient: upright } = await input.metadata();
    if (!['png', 'jpeg', 'webp'].includes(format)) throw new Error(`The format is ${format}.`);
    const { data, info } = await input
      .autoOrient()
      .resize(maxSidePx, maxSidePx, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const pixels = { data, widthPx: info.width, heightPx: info.height };
    const mark = smaller(readMark(bytes), info.width / upright.width);
    if (mark?.lettering !== undefined) paintOver(pixels, mark.lettering);
    return { ...pixels, ...(mark?.head && { head: mark.head }) };
  } catch (error) {
    throw new UnreadableReference(position, error);
  }
}

/** A mark on a smaller copy of its picture. */
function smaller(mark: SandboxMark | undefined, scale: number): SandboxMark | undefined {
  if (mark === undefined || scale === 1) return mark;
  const scaled = <Box extends object>(box: Box): Box =>
    Object.fromEntries(
      Object.entries(box).map(([name, px]) => [name, Math.round(Number(px) * scale)]),
    ) as Box;
  return {
    ...(mark.lettering && { lettering: scaled(mark.lettering) }),
    ...(mark.head && { head: scaled(mark.head) }),
  };
}

/** Fills a box with what is above and below it, one going over into the other, so that a new caption does not stand on an old one. */
function paintOver({ data, widthPx, heightPx }: Pixels, { left, top, width, height }: PixelBox): void {
  const margin = 6;
  const [from, to] = [Math.max(0, left - margin), Math.min(widthPx, left + width + margin)];
  const above = Math.min(heightPx - 1, Math.max(0, top - margin));
  const below = Math.min(heightPx - 1, top + height + margin);
  for (let y = above + 1; y < below; y += 1) {
    const share = (y - above) / (below - above);
    for (let at = from * 3; at < to * 3; at += 1) {
      const [high, low] = [data[above * widthPx * 3 + at] ?? 0, data[below * widthPx * 3 + at] ?? 0];
      data[y * widthPx * 3 + at] = high + (low - high) * share;
    }
  }
}

/** A picture in another size, stretched. */
export const resized = (pixels: Pixels, widthPx: number, heightPx: number): Promise<Pixels> =>
  pixelsOf(opened(pixels).resize(widthPx, heightPx, { fit: 'fill' }));

/** A picture in a frame of exactly `widthPx` x `heightPx`, never stretched, always from its middle. */
export async function framed(pixels: Pixels, widthPx: number, heightPx: number, fit: Fit): Promise<Pixels> {
  const ratio = pixels.widthPx / pixels.heightPx / (widthPx / heightPx);
  const cuts = fit === 'cover' || (fit === 'nearest' && Math.max(ratio, 1 / ratio) <= MAX_CUT);
  const covering = opened(pixels).resize(widthPx, heightPx, { fit: 'cover' });
  if (cuts) return pixelsOf(covering);
  const scale = Math.min(widthPx / pixels.widthPx, heightPx / pixels.heightPx);
  const inner = await pixelsOf(
    opened(pixels).resize(
      Math.min(widthPx, Math.max(1, Math.round(pixels.widthPx * scale))),
      Math.min(heightPx, Math.max(1, Math.round(pixels.heightPx * scale))),
      { fit: 'fill' },
    ),
  );
  const left = Math.floor((widthPx - inner.widthPx) / 2);
  const top = Math.floor((heightPx - inner.heightPx) / 2);
  const right = widthPx - inner.widthPx - left;
  const bottom = heightPx - inner.heightPx - top;
  // To the sides as in a mirror; above and below the edge goes on, for heaven and earth do not stand on their heads. All
  // of it blurred, so that nothing is seen twice.
  const canMirror = Math.max(left, right) <= inner.widthPx;
  const around =
    top + bottom > 0
      ? opened(inner).extend({ top, bottom, extendWith: 'copy' })
      : canMirror
        ? opened(inner).extend({ left, right, extendWith: 'mirror' })
        : covering;
  const blurred = await pixelsOf(around.blur(Math.max(2, Math.min(widthPx, heightPx) / 60)));
  return pixelsOf(
    opened(blurred)
      .composite([
        { input: inner.data, raw: { width: inner.widthPx, height: inner.heightPx, channels: 3 }, left, top },
      ])
      .removeAlpha(),
  );
}

const opened = ({ data, widthPx, heightPx }: Pixels) =>
  sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 }, limitInputPixels: false });

async function pixelsOf(pipeline: Sharp): Promise<Pixels> {
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  return { data, widthPx: info.width, heightPx: info.height };
}

/** Pixels as a data URI for a drawing, with an alpha plane of their size where some are to be seen through. */
export async function dataUri(pixels: Pixels, alpha?: Buffer): Promise<string> {
  if (alpha === undefined) {
    const jpeg = await opened(pixels).jpeg({ quality: 93, chromaSubsampling: '4:4:4' }).toBuffer();
    return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
  }
  const raw = { width: pixels.widthPx, height: pixels.heightPx, channels: 1 as const };
  const png = await opened(pixels).joinChannel(alpha, { raw }).png({ compressionLevel: 1 }).toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}
