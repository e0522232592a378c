import sharp from 'sharp';
import type { AspectRatio, ImageSize } from '../../src/journey/catalogue-model.ts';
import { loadCatalogue } from '../../src/routing/model-catalogue.ts';
import type { FakeCall } from './fake-gemini.ts';

const catalogue = loadCatalogue();
const pictures = new Map<string, Promise<Buffer>>();

/** A picture of one colour in the pixels that the model's table has for what was asked, as an upstream that obeys draws it. */
export function drawnAsOrdered({ url, body }: FakeCall): Promise<Buffer> {
  const model = catalogue.get(/\/models\/([^:/]+):/.exec(url)?.[1] ?? '');
  const { imageConfig = {} } = (body['generationConfig'] ?? {}) as {
    readonly imageConfig?: { readonly aspectRatio?: AspectRatio; readonly imageSize?: ImageSize };
  };
  const { aspectRatio = '1:1', imageSize = model?.defaultImageSize ?? '1K' } = imageConfig;
  const { widthPx: width, heightPx: height } = model?.pixels[imageSize]?.[aspectRatio] ?? {
    widthPx: 1024,
    heightPx: 1024,
  };
  const key = `${width}x${height}`;
  const picture =
    pictures.get(key) ??
    sharp({ create: { width, height, channels: 3, background: '#c33' } })
      .png()
      .toBuffer();
  pictures.set(key, picture);
  return picture;
}
