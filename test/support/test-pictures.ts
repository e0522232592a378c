import sharp from 'sharp';

export interface Colour {
  readonly r: number;
  readonly g: number;
  readonly b: number;
  readonly alpha?: number;
}

/** A picture of noise, so that no codec makes it trivially small and every pixel can be told from its neighbour. */
export function noise(
  width: number,
  height: number,
  format: 'png' | 'jpeg' | 'webp' | 'gif' | 'avif' = 'png',
): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  let state = 12_345 + width * 31 + height;
  for (let index = 0; index < pixels.length; index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    pixels[index] = state >>> 24;
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .toFormat(format)
    .toBuffer();
}

/** A JPEG of one colour, quick to make and to work on. */
export function flat(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#369' } })
    .jpeg()
    .toBuffer();
}

/** A mask: opaque, with a transparent rectangle where to edit. */
export async function maskWithHole(
  width: number,
  height: number,
  hole:
    | { readonly left: number; readonly top: number; readonly width: number; readonly height: number }
    | undefined,
): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 4, 255);
  if (hole !== undefined) {
    for (let row = hole.top; row < hole.top + hole.height; row++) {
      for (let column = hole.left; column < hole.left + hole.width; column++)
        pixels.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 4);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

/** The decoded pixels, RGBA. */
export async function pixelsOf(bytes: Buffer) {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
