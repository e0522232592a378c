import { expect, test } from 'vitest';
import { isImageName, mimeTypeOfName, newImageName } from './image-name.ts';

test.each(['png', 'jpeg', 'webp', 'avif', 'gif', 'jxl', 'heic', 'heif', 'tiff', 'bmp'])(
  'a name promises the type it was made for: image/%s',
  (subtype) => {
    const name = newImageName(`image/${subtype}`);
    expect([isImageName(name), mimeTypeOfName(name)]).toEqual([true, `image/${subtype}`]);
  },
);

test('of any other type it promises bytes alone, which a browser shows to nobody', () => {
  for (const mimeType of ['image/svg+xml', 'image/x-unheard-of', 'text/html', '']) {
    const name = newImageName(mimeType);
    expect([isImageName(name), mimeTypeOfName(name)]).toEqual([true, 'application/octet-stream']);
  }
});
