import { Base64Image } from '../../src/bytes/base64-image.ts';
import type { GeneratedImage } from '../../src/journey/image-result.ts';

/** A picture where only that there is one counts. */
export const tinyImage: GeneratedImage = {
  base64: new Base64Image([]),
  mimeType: 'image/png',
  size: { widthPx: 1, heightPx: 1 },
};
