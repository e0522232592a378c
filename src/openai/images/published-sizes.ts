import {
  type AspectRatio,
  formatSize,
  type ImageSize,
  type PixelSize,
} from '../../journey/catalogue-model.ts';

/** A ratio and a tier, as models know sizes. */
export interface Shape {
  readonly aspectRatio: AspectRatio;
  readonly imageSize: ImageSize;
}

const shape = (aspectRatio: AspectRatio, imageSize: ImageSize): Shape => ({ aspectRatio, imageSize });

/**
 * Sizes that OpenAI (docs/contracts/openai-images.md#published-sizes) and Google (docs/contracts/gemini.md#pixels) print
 * in their documentation, and what is meant by them. By area alone 3840x2160 would be 2K, and 792x168, a misprint, 4:1.
 */
const publishedSizes: Readonly<Record<string, Shape>> = {
  '1024x1024': shape('1:1', '1K'),
  '1536x1024': shape('3:2', '1K'),
  '1024x1536': shape('2:3', '1K'),
  '1792x1024': shape('16:9', '1K'),
  '1024x1792': shape('9:16', '1K'),
  '2048x2048': shape('1:1', '2K'),
  '2048x1152': shape('16:9', '2K'),
  '1152x2048': shape('9:16', '2K'),
  '2560x1440': shape('16:9', '2K'),
  '1440x2560': shape('9:16', '2K'),
  '3840x2160': shape('16:9', '4K'),
  '2160x3840': shape('9:16', '4K'),
  '792x168': shape('21:9', '512'),
};

/** What a size means that stands in a vendor's documentation; undefined for any other. */
export function publishedShape(size: PixelSize): Shape | undefined {
  return publishedSizes[formatSize(size)];
}
