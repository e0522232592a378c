import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { deterministicBytes } from '../../emulator/deterministic-bytes.ts';
import { Base64Image } from '../../bytes/base64-image.ts';
import { inspectImage, inspectPicture } from './inspect-picture.ts';
import { lacksEnd } from './lacks-end.ts';

const side = 120;
/** Noise, so that there is something to cut off. */
const drawn = sharp(deterministicBytes(side * side * 3, 1), {
  raw: { width: side, height: side, channels: 3 },
});
const whole: Readonly<Record<string, Buffer>> = {
  png: await drawn.png().toBuffer(),
  jpeg: await drawn.jpeg({ quality: 95 }).toBuffer(),
  'jpeg progressive': await drawn.jpeg({ progressive: true }).toBuffer(),
  'webp lossy': await drawn.webp().toBuffer(),
  'webp lossless': await drawn.webp({ lossless: true }).toBuffer(),
  'webp with EXIF': await drawn
    .webp()
    .withExif({ IFD0: { Copyright: 'x' } })
    .toBuffer(),
};
const names = Object.keys(whole);

function picture(bytes: Buffer): Base64Image {
  const text = Buffer.from(bytes.toString('base64'));
  return new Base64Image([text.subarray(0, 5000), text.subarray(5000)]);
}
const isCut = (bytes: Buffer): boolean =>
  lacksEnd(picture(bytes), inspectPicture(picture(bytes))?.mimeType ?? '');

describe('a picture', () => {
  test.each(names)('(%s) that is whole has its end, also with something behind it', (name) => {
    const bytes = whole[name] ?? Buffer.alloc(0);
    expect(isCut(bytes)).toBe(false);
    for (const behind of ['\0', '\r\n', 'x'.repeat(3000)])
      expect([behind.length, isCut(Buffer.concat([bytes, Buffer.from(behind)]))]).toEqual([
        behind.length,
        false,
      ]);
  });

  test.each(names)('(%s) that is cut anywhere lacks it, and is no picture of an answer', (name) => {
    const bytes = whole[name] ?? Buffer.alloc(0);
    expect(inspectImage(picture(bytes))?.size).toEqual({ widthPx: side, heightPx: side });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: bytes.length - 700 }), (cut) => {
        const rest = bytes.subarray(0, bytes.length - cut);
        if (inspectPicture(picture(rest)) === undefined) return;
        expect(isCut(rest)).toBe(true);
        expect(inspectImage(picture(rest))).toBeUndefined();
      }),
    );
  });

  test('that is whole is told by its last bytes alone', () => {
    for (const name of names) {
      const image = picture(whole[name] ?? Buffer.alloc(0));
      let reads = 0;
      const counted = {
        byteLength: image.byteLength,
        byteAt: (offset: number) => (reads++, image.byteAt(offset)),
      };
      expect(lacksEnd(counted, `image/${name.split(' ')[0]}`)).toBe(false);
      expect(reads).toBeLessThan(20);
    }
  });

  test('of another type, or with chunks without end, is let be', () => {
    expect(lacksEnd(picture(Buffer.from('GIF89a')), 'image/gif')).toBe(false);
    const chunks = Buffer.alloc(12 * 70_000);
    expect(
      lacksEnd(picture(Buffer.concat([(whole['png'] ?? chunks).subarray(0, 8), chunks])), 'image/png'),
    ).toBe(false);
  });
});
