import { type AspectRatio, formatSize, type PixelSize } from '../../journey/catalogue-model.ts';
import type { DrawWish } from '../../journey/upstream.ts';
import type { Profile } from './profile.ts';

type Shaped = Pick<DrawWish, 'model' | 'aspectRatio' | 'imageSize' | 'pixels' | 'references'>;

/** The fields that ask for a shape; undefined when the server has none for it. */
export function shapeFields(wish: Shaped, profile: Profile): Readonly<Record<string, string>> | undefined {
  switch (profile.sizeSyntax) {
    case 'wxh':
    case 'wstarh':
      return sizeField(wish, profile);
    case 'ratio_and_tier':
      return ratioAndTier(wish, profile);
    case 'ratio_and_resolution':
      return ratioAndResolution(wish);
  }
}

/** Pixels by number; or the word for the model's own choice, where that is of the tier that the model draws by itself. */
function sizeField(wish: Shaped, profile: Profile): Readonly<Record<string, string>> | undefined {
  const { model, aspectRatio, imageSize, references } = wish;
  if (wish.pixels === undefined && aspectRatio === 'auto' && imageSize === model.defaultImageSize) {
    const word = profile.autoShape?.[references.length > 0 ? 'edit' : 'generate'];
    if (word !== undefined) return { size: word };
  }
  const ratio = aspectRatio === 'auto' ? ratioLike(wish) : aspectRatio;
  const pixels = wish.pixels ?? model.pixels[imageSize]?.[ratio];
  if (pixels === undefined) return undefined;
  const size = formatSize(pixels);
  return { size: profile.sizeSyntax === 'wstarh' ? size.replace('x', '*') : size };
}

function ratioAndTier(
  { model, aspectRatio, imageSize, pixels, references }: Shaped,
  profile: Profile,
): Readonly<Record<string, string>> {
  if (pixels !== undefined) return { size: formatSize(pixels) };
  const auto = profile.autoShape?.[references.length > 0 ? 'edit' : 'generate'];
  const ratio = aspectRatio === 'auto' ? auto : aspectRatio;
  return {
    ...(ratio !== undefined && { aspect_ratio: ratio }),
    ...(model.sendsImageSize && { image_size: imageSize }),
  };
}

function ratioAndResolution({
  aspectRatio,
  imageSize,
  pixels,
}: Shaped): Readonly<Record<string, string>> | undefined {
  if (pixels !== undefined || (imageSize !== '1K' && imageSize !== '2K')) return undefined;
  return {
    ...(aspectRatio !== 'auto' && { aspect_ratio: aspectRatio }),
    resolution: imageSize.toLowerCase(),
  };
}

/** The ratio nearest to that of the picture to edit; a drawing's is square. */
function ratioLike({ model, imageSize, references }: Shaped): AspectRatio {
  const wanted = shapeOf(references[0]?.size ?? { widthPx: 1, heightPx: 1 });
  const known = Object.entries(model.pixels[imageSize] ?? {}) as [AspectRatio, PixelSize][];
  const byDistance = known.toSorted(
    ([, left], [, right]) => Math.abs(shapeOf(left) - wanted) - Math.abs(shapeOf(right) - wanted),
  );
  return byDistance[0]?.[0] ?? '1:1';
}

function shapeOf({ widthPx, heightPx }: PixelSize): number {
  return Math.log(widthPx / heightPx);
}
