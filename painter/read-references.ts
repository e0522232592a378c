import sharp from 'sharp';

/** A reference larger than this is refused before it is decoded. */
const MAX_REFERENCE_PIXELS = 120_000_000;

export interface ReferenceSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** How a reference is coloured before it is shown. */
export interface Grade {
  /** The colour of shadows and of lights, as red, green, blue 0–255. */
  readonly dark: readonly [number, number, number];
  readonly light: readonly [number, number, number];
  /** 0 leaves the picture as it is, 1 makes it two-toned. */
  readonly strength: number;
}

export class UnreadableReference extends Error {
  constructor(position: number, cause: unknown) {
    super(
      `Unable to process input image. Reference ${position + 1} is not a PNG, JPEG or WebP picture that can be decoded.`,
      { cause },
    );
    this.name = 'UnreadableReference';
  }
}

/** Mixes the identity with «lightness decides between dark and light», channel by channel. */
function gradeMatrix({ dark, light, strength }: Grade): {
  matrix: [[number, number, number], [number, number, number], [number, number, number]];
  offset: [number, number, number];
} {
  const weights = [0.3, 0.59, 0.11] as const;
  const row = (channel: 0 | 1 | 2): [number, number, number] => {
    const spread = ((light[channel] - dark[channel]) / 255) * strength;
    const keep = (from: 0 | 1 | 2): number => spread * weights[from] + (from === channel ? 1 - strength : 0);
    return [keep(0), keep(1), keep(2)];
  };
  return {
    matrix: [row(0), row(1), row(2)],
    offset: [dark[0] * strength, dark[1] * strength, dark[2] * strength],
  };
}

/**
 * Decodes a reference, fills `size` with it (cropping what does not fit), colours it, and returns it as a
 * data URI for the drawing.
 *
 * @throws UnreadableReference when the bytes are not a picture.
 */
export async function readReference(
  bytes: Uint8Array,
  position: number,
  size: ReferenceSize,
  grade: Grade,
): Promise<string> {
  const { matrix, offset } = gradeMatrix(grade);
  try {
    const input = sharp(bytes, { limitInputPixels: MAX_REFERENCE_PIXELS, failOn: 'error' });
    const { format } = await input.metadata();
    if (!['png', 'jpeg', 'webp'].includes(format)) throw new Error(`The format is ${format}.`);
    const jpeg = await input
      .autoOrient()
      .resize(size.widthPx, size.heightPx, { fit: 'cover', position: 'attention' })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .removeAlpha()
      .recomb(matrix)
      .linear([1, 1, 1], offset)
      .jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
      .toBuffer();
    return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
  } catch (error) {
    throw new UnreadableReference(position, error);
  }
}
