import type { PixelSize } from '../../journey/catalogue-model.ts';

/** What a picture's own header says of it. */
export interface PictureFacts {
  readonly mimeType:
    | 'image/png'
    | 'image/jpeg'
    | 'image/webp'
    | 'image/gif'
    | 'image/avif'
    | 'image/heic'
    | 'image/tiff';
  /** Pixels as stored, before EXIF orientation. `uprightSize` gives them as seen. */
  readonly size: PixelSize;
  /** Whether the file can carry transparency: an alpha channel, or a transparent palette entry. */
  readonly hasAlpha: boolean;
  /**
   * EXIF orientation 1–8; 1 is upright, 5–8 swap width and height. Always 1 for AVIF and HEIC, whose own
   * rotation is part of decoding and already applied to `size`.
   */
  readonly orientation: number;
}

/**
 * The pixels as a viewer shows them. Masks are drawn over what is seen, so mask rules compare with this size,
 * while the stored size is what the upstream counts.
 */
export function uprightSize(facts: PictureFacts): PixelSize {
  const { widthPx, heightPx } = facts.size;
  return facts.orientation >= 5 ? { widthPx: heightPx, heightPx: widthPx } : facts.size;
}

/** A size without pixels is no picture. */
export function isSize(size: PixelSize): boolean {
  return size.widthPx > 0 && size.heightPx > 0;
}
