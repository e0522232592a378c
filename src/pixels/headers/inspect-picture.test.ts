import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { Base64Image } from '../../bytes/base64-image.ts';
import { type ByteReader, bytesOf } from './byte-reader.ts';
import { inspectImage, inspectPicture } from './inspect-picture.ts';
import { uprightSize } from './picture-facts.ts';

const encoders: Readonly<Record<string, (picture: Sharp) => Sharp>> = {
  png: (picture) => picture.png(),
  'png palette': (picture) => picture.png({ palette: true }),
  'png 16 bit': (picture) => picture.toColourspace('rgb16').png(),
  jpeg: (picture) => picture.jpeg(),
  'jpeg progressive': (picture) => picture.jpeg({ progressive: true }),
  'webp lossy': (picture) => picture.webp(),
  'webp lossless': (picture) => picture.webp({ lossless: true }),
  gif: (picture) => picture.gif(),
  avif: (picture) => picture.avif({ effort: 0 }),
  'tiff jpeg': (picture) => picture.tiff(),
  'tiff lzw 1 bit': (picture) => picture.removeAlpha().tiff({ compression: 'lzw', tile: true }),
};

const mimeTypeOf = (name: string) => `image/${name.split(' ')[0]}`;

function drawn(width: number, height: number, alpha: boolean): Sharp {
  const data = Buffer.alloc(width * height * (alpha ? 4 : 3), 90);
  return sharp(data, { raw: { width, height, channels: alpha ? 4 : 3 } });
}

const sides = fc.integer({ min: 1, max: 90 });

describe('real pictures agree with what sharp reads', () => {
  test.each(Object.keys(encoders))('%s', async (name) => {
    await fc.assert(
      fc.asyncProperty(sides, sides, fc.boolean(), async (width, height, alpha) => {
        const bytes = await encoders[name]!(drawn(width, height, alpha)).toBuffer();
        const metadata = await sharp(bytes).metadata();
        expect(inspectPicture(bytesOf(bytes))).toEqual({
          mimeType: mimeTypeOf(name),
          size: { widthPx: metadata.width, heightPx: metadata.height },
          hasAlpha: metadata.hasAlpha,
          orientation: 1,
        });
      }),
      { numRuns: 25 },
    );
  });

  test('4K pictures, of which only the header is read', async () => {
    for (const name of ['png', 'jpeg', 'webp lossy', 'gif', 'avif']) {
      const bytes = await encoders[name]!(drawn(4096, 2304, false)).toBuffer();
      let reads = 0;
      const counted: ByteReader = { byteAt: (offset) => (reads++, bytes[offset]) };
      expect(inspectPicture(counted)?.size).toEqual({ widthPx: 4096, heightPx: 2304 });
      expect(reads).toBeLessThan(20_000);
    }
  });

  test('a picture held as base64 slices is read like its bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(encoders)),
        fc.integer({ min: 1, max: 97 }),
        async (name, cut) => {
          const bytes = await encoders[name]!(drawn(41, 23, true)).toBuffer();
          const base64 = Buffer.from(bytes.toString('base64'));
          const slices = Array.from({ length: Math.ceil(base64.length / cut) }, (_, index) =>
            base64.subarray(index * cut, (index + 1) * cut),
          );
          expect(inspectPicture(new Base64Image(slices))).toEqual(inspectPicture(bytesOf(bytes)));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('orientation', () => {
  test.each(['jpeg', 'webp lossy', 'png'])(
    '%s: the stored size is told, with the orientation that turns it upright',
    async (name) => {
      for (let orientation = 1; orientation <= 8; orientation++) {
        const bytes = await encoders[name]!(drawn(30, 20, false))
          .withMetadata({ orientation })
          .toBuffer();
        const facts = inspectPicture(bytesOf(bytes));
        expect(facts).toMatchObject({ size: { widthPx: 30, heightPx: 20 }, orientation });
        const upright = await sharp(bytes).autoOrient().toBuffer({ resolveWithObject: true });
        expect(facts && uprightSize(facts)).toEqual({
          widthPx: upright.info.width,
          heightPx: upright.info.height,
        });
      }
    },
  );
});

describe('what stands in front of the size', () => {
  test('many C2PA segments of 64 KB, fill bytes and a restart marker before the JPEG frame header', async () => {
    const bytes = await drawn(33, 44, false).jpeg().toBuffer();
    const segment = Buffer.concat([
      Buffer.from([0xff, 0xff, 0xff, 0xeb, 0xff, 0xff]),
      Buffer.alloc(65_533, 0xff),
    ]);
    const padded = Buffer.concat([
      bytes.subarray(0, 2),
      ...Array.from({ length: 40 }, () => segment),
      Buffer.from([0xff, 0x01]),
      bytes.subarray(2),
    ]);
    expect(inspectPicture(bytesOf(padded))?.size).toEqual({ widthPx: 33, heightPx: 44 });
  });

  test('a PNG whose palette transparency stands behind other chunks has alpha', async () => {
    const bytes = await drawn(8, 8, true).png({ palette: true }).toBuffer();
    const text = Buffer.alloc(12 + 5000);
    text.writeUInt32BE(5000, 0);
    text.write('caBX', 4, 'latin1');
    const padded = Buffer.concat([bytes.subarray(0, 33), text, bytes.subarray(33)]);
    expect(inspectPicture(bytesOf(padded))?.hasAlpha).toBe(true);
  });
});

describe('HEIC, as phones write it', () => {
  const box = (type: string, ...content: Buffer[]) => {
    const body = Buffer.concat(content);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length + 8, 0);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, body]);
  };
  const numbers = (...values: number[]) =>
    Buffer.concat(
      values.map((value) =>
        Buffer.from([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]),
      ),
    );
  const file = (...turn: Buffer[]) =>
    Buffer.concat([
      box('ftyp', Buffer.from('heic'), numbers(0), Buffer.from('mif1heic')),
      box(
        'meta',
        numbers(0),
        box('pitm', numbers(0), Buffer.from([0, 49])),
        box(
          'iprp',
          box('ipco', box('ispe', numbers(0, 512, 512)), box('ispe', numbers(0, 4032, 3024)), ...turn),
          box('ipma', numbers(0), numbers(2), Buffer.from([0, 1, 1, 0x81]), Buffer.from([0, 49, 2, 2, 0x83])),
        ),
      ),
      box('mdat', Buffer.alloc(100)),
    ]);

  test('the whole picture is measured, not one of its tiles', () => {
    expect(inspectPicture(bytesOf(file()))).toEqual({
      mimeType: 'image/heic',
      size: { widthPx: 4032, heightPx: 3024 },
      hasAlpha: false,
      orientation: 1,
    });
  });

  test('its own rotation is applied, since every decoder applies it', () => {
    expect(inspectPicture(bytesOf(file(box('irot', Buffer.from([1])))))?.size).toEqual({
      widthPx: 3024,
      heightPx: 4032,
    });
  });

  test('as an answer of an upstream it is passed on like a type that is not known: nothing here decodes it', () => {
    const base64 = new Base64Image([Buffer.from(file().toString('base64'))]);
    expect(inspectImage(base64, 'image/png')).toEqual({ base64, mimeType: 'image/heic' });
  });
});

describe('a picture of a type that is not known', () => {
  const base64 = new Base64Image([Buffer.from(Buffer.from([0xff, 0x0a, 1, 2, 3, 4]).toString('base64'))]);
  test.each([
    ['image/jxl', 'image/jxl'],
    ['Image/JXL; charset=x', 'image/jxl'],
    [' image/svg+xml ', 'image/svg+xml'],
    ['image/vnd.x-1', 'image/vnd.x-1'],
  ])('is what it is declared as (%s), without a size', (declared, mimeType) => {
    expect(inspectImage(base64, declared)).toEqual({ base64, mimeType });
  });

  test.each([
    'image/png',
    'image/jpeg',
    'image/jpg',
    'image/webp',
    'image/gif',
    'image/avif',
    'application/octet-stream',
    'audio/wav',
    'image/',
    'image/a b',
    'image/x"\r\nx-evil: 1',
    `image/${'x'.repeat(61)}`,
    '',
    undefined,
  ])('is broken, or none, when it is declared as %j', (declared) => {
    expect(inspectImage(base64, declared)).toBeUndefined();
  });

  test('is none without bytes', () => {
    expect(inspectImage(new Base64Image([]), 'image/jxl')).toBeUndefined();
  });

  test('is not what it is declared as when its bytes say more', async () => {
    const png = new Base64Image([
      Buffer.from((await drawn(3, 2, false).png().toBuffer()).toString('base64')),
    ]);
    const size = { widthPx: 3, heightPx: 2 };
    for (const declared of ['image/jxl', 'audio/wav', undefined])
      expect(inspectImage(png, declared)).toEqual({ base64: png, mimeType: 'image/png', size });
  });
});

describe('garbage', () => {
  const heads = [
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]),
    Buffer.from([0xff, 0xd8, 0xff]),
    Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 40, ...Buffer.from('Exif\0\0II*\0')]),
    Buffer.from('RIFF\0\0\0\0WEBPVP8X'),
    Buffer.from('RIFF\0\0\0\0WEBPVP8L'),
    Buffer.from('GIF89a'),
    Buffer.from('\0\0\0\x18ftypavif\0\0\0\0avifmif1\0\0\0\x40meta'),
    Buffer.alloc(0),
  ];

  test('random bytes, also behind a true beginning, never throw and end within a bounded number of reads', () => {
    fc.assert(
      fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 600 }), (head, tail) => {
        const bytes = Buffer.concat([head, tail]);
        let reads = 0;
        const facts = inspectPicture({ byteAt: (offset) => (reads++, bytes[offset]) });
        expect(reads).toBeLessThan(200_000);
        if (facts !== undefined) {
          expect(facts.size.widthPx).toBeGreaterThan(0);
          expect(facts.size.heightPx).toBeGreaterThan(0);
          expect(facts.orientation).toBeGreaterThanOrEqual(1);
          expect(facts.orientation).toBeLessThanOrEqual(8);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test.each([0x00, 0xff, 0x21, 0x01])('an endless run of the byte %i ends', (filler) => {
    for (const head of heads) {
      let reads = 0;
      inspectPicture({ byteAt: (offset) => (reads++, head[offset] ?? filler) });
      expect(reads).toBeLessThan(300_000);
    }
  });

  test('a header cut anywhere gives the true size or nothing', async () => {
    for (const name of Object.keys(encoders)) {
      const bytes = await encoders[name]!(drawn(300, 200, false)).toBuffer();
      for (let end = 0; end < Math.min(bytes.length, 700); end++) {
        const facts = inspectPicture(bytesOf(bytes.subarray(0, end)));
        if (facts !== undefined) expect(facts.size).toEqual({ widthPx: 300, heightPx: 200 });
      }
    }
  });

  test('text, SVG and PDF are no pictures', () => {
    for (const text of ['<svg xmlns="http://www.w3.org/2000/svg"/>', '%PDF-1.7', 'hello', '']) {
      expect(inspectPicture(bytesOf(Buffer.from(text)))).toBeUndefined();
    }
  });
});
