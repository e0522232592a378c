import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { PictureRenderer, type PictureWish } from './picture-renderer.ts';
import { SANDBOX_COMMENT, SANDBOX_SOFTWARE } from '../src/kernel/sandbox-mark.ts';

const renderer = new PictureRenderer({ workers: 1 });
afterAll(() => renderer.close());

const wish = (changes: Partial<PictureWish> = {}): PictureWish => ({
  prompt: 'A cute baby sea otter',
  widthPx: 320,
  heightPx: 256,
  mimeType: 'image/png',
  seed: 1,
  references: [],
  ...changes,
});

const plain = (colour: string, format: 'png' | 'jpeg' | 'webp' | 'gif' = 'png'): Promise<Buffer> =>
  sharp({ create: { width: 90, height: 60, channels: 3, background: colour } })
    .toFormat(format)
    .toBuffer();

async function meanOf(picture: Buffer): Promise<{ red: number; green: number; blue: number }> {
  const { channels } = await sharp(picture).stats();
  return { red: channels[0]?.mean ?? 0, green: channels[1]?.mean ?? 0, blue: channels[2]?.mean ?? 0 };
}

test.each([
  [512, 512, 'image/png'],
  [1024, 1024, 'image/jpeg'],
  [1264, 848, 'image/png'],
  [1584, 672, 'image/jpeg'],
  [192, 1536, 'image/png'],
  [1536, 192, 'image/jpeg'],
  [1, 1, 'image/png'],
  [7, 1999, 'image/png'],
  [12288, 1536, 'image/jpeg'],
  [8192, 2048, 'image/png'],
] as const)(
  'a picture of %ix%i %s has exactly these pixels and this format',
  async (widthPx, heightPx, mimeType) => {
    const picture = await renderer.render(wish({ widthPx, heightPx, mimeType }));
    const { width, height, format } = await sharp(picture, { limitInputPixels: false }).metadata();
    expect({ width, height, mimeType: `image/${format}` }).toEqual({
      width: widthPx,
      height: heightPx,
      mimeType,
    });
  },
);

test('impossible sizes are refused before any work', async () => {
  for (const size of [
    { widthPx: 0 },
    { widthPx: 1.5 },
    { heightPx: 20_000 },
    { widthPx: 16_000, heightPx: 16_000 },
  ]) {
    await expect(renderer.render(wish(size))).rejects.toThrow(RangeError);
  }
});

test('the same wish gives the same bytes, also from another renderer', async () => {
  const other = new PictureRenderer({ workers: 2 });
  const [first, again] = await Promise.all([renderer.render(wish()), other.render(wish())]);
  await other.close();
  expect(again.equals(first)).toBe(true);
});

test('a draft is the same picture, rougher: the same size, close to it, and with the mark as sharp', async () => {
  const [whole, rough] = await Promise.all([
    renderer.render(wish({ widthPx: 512, heightPx: 512 })),
    renderer.render(wish({ widthPx: 512, heightPx: 512, detail: 0.1 })),
  ]);
  const sharpness = async (picture: Buffer, top: number): Promise<number> => {
    const band = sharp(picture).extract({ left: 0, top, width: 256, height: 60 });
    return (await sharp(await band.png().toBuffer()).stats()).sharpness;
  };
  expect(await sharp(rough).metadata()).toMatchObject({ width: 512, height: 512 });
  const [one, other] = [await meanOf(whole), await meanOf(rough)];
  expect(Math.abs(one.red - other.red) + Math.abs(one.blue - other.blue)).toBeLessThan(10);
  expect(await sharpness(rough, 200)).toBeLessThan((await sharpness(whole, 200)) / 2);
  expect(await sharpness(rough, 450)).toBeGreaterThan((await sharpness(whole, 450)) / 2);
});

test('another seed or another prompt gives another picture', async () => {
  const pictures = await Promise.all(
    [wish(), wish({ seed: 2 }), wish({ seed: 3 }), wish({ prompt: 'a lighthouse' })].map((one) =>
      renderer.render(one),
    ),
  );
  expect(new Set(pictures.map((picture) => picture.toString('base64'))).size).toBe(4);
});

test('a picture is drawn, not a flat colour', async () => {
  const { channels } = await sharp(await renderer.render(wish())).stats();
  for (const channel of channels) expect(channel.stdev).toBeGreaterThan(15);
});

describe('the mark of the sandbox', () => {
  test('is in the text chunks of a PNG', async () => {
    const { comments } = await sharp(await renderer.render(wish())).metadata();
    expect(comments).toEqual(
      expect.arrayContaining([expect.objectContaining({ keyword: 'Software', text: SANDBOX_SOFTWARE })]),
    );
    expect(comments).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ keyword: 'Comment', text: expect.stringContaining(SANDBOX_COMMENT) }),
      ]),
    );
  });

  test('is in the comment and the EXIF of a JPEG', async () => {
    const picture = await renderer.render(wish({ mimeType: 'image/jpeg' }));
    const { exif } = await sharp(picture).metadata();
    expect(exif?.toString('latin1')).toContain(SANDBOX_SOFTWARE);
    expect(exif?.toString('latin1')).toContain(SANDBOX_COMMENT);
    expect(picture.includes(Buffer.from([0xff, 0xfe]))).toBe(true);
    expect(picture.toString('latin1')).toContain(`${SANDBOX_SOFTWARE}. ${SANDBOX_COMMENT}`);
  });

  test('is visible in the lower left corner', async () => {
    const corner = sharp(await renderer.render(wish({ widthPx: 1024, heightPx: 1024 }))).extract({
      left: 26,
      top: 900,
      width: 300,
      height: 100,
    });
    const { data } = await corner.raw().toBuffer({ resolveWithObject: true });
    let lettering = 0;
    for (let at = 0; at < data.length; at += 3)
      if ((data[at] ?? 0) > 235 && (data[at + 1] ?? 0) > 215 && (data[at + 2] ?? 0) < 190) lettering += 1;
    expect(lettering).toBeGreaterThan(200);
  });
});

test.each([
  ['empty', ''],
  ['white space', ' \n\t '],
  ['32,000 characters', 'a very long tale of foxes & cats '.repeat(970)],
  ['one endless word', 'x'.repeat(32_000)],
  ['XML', '</text></svg><script>alert("&amp;")</script><!-- ]]> <![CDATA['],
  ['emoji', '🦦🌊 a family 👨‍👩‍👧‍👦 of otters 🏳️‍🌈'],
  ['right-to-left', 'قطة صغيرة \u202e לילה טוב'],
  ['Chinese', '一只可爱的水獭在海里'],
  ['control characters', '\u0000\u0001\u001b[31m\u007f\ufffe\uffff cat'],
  ['a lone surrogate', 'a dog \ud83d at noon \udc00'],
  ['combining marks', `z${'\u0351'.repeat(500)}algo`],
  ['names of object members', 'constructor __proto__ toString hasOwnProperty'],
])('a prompt of %s never fails', async (_, prompt) => {
  const picture = await renderer.render(wish({ prompt, widthPx: 160, heightPx: 120 }));
  expect((await sharp(picture).metadata()).width).toBe(160);
});

describe('references', () => {
  test('fill the picture: a red one and a blue one give a red and a blue edit', async () => {
    const edit = async (colour: string) =>
      meanOf(await renderer.render(wish({ prompt: 'add a little hat', references: [await plain(colour)] })));
    const [red, blue] = [await edit('#d02020'), await edit('#2020d0')];
    expect(red.red).toBeGreaterThan(red.blue + 40);
    expect(blue.blue).toBeGreaterThan(blue.red + 40);
  });

  test('are visibly changed, and differently by another prompt', async () => {
    const reference = await plain('#808080');
    const [hat, night] = await Promise.all(
      ['add a little hat', 'make it night'].map((prompt) =>
        renderer.render(wish({ prompt, references: [reference] })),
      ),
    );
    expect(hat?.equals(night ?? Buffer.alloc(0))).toBe(false);
    const { channels } = await sharp(hat).stats();
    for (const channel of channels) expect(channel.stdev).toBeGreaterThan(8);
    expect((await meanOf(night ?? Buffer.alloc(0))).red).toBeLessThan(
      (await meanOf(hat ?? Buffer.alloc(0))).red,
    );
  });

  test.each(['png', 'jpeg', 'webp'] as const)(
    'may be %s, and fourteen of them make a collage of the wished size',
    async (format) => {
      const references = await Promise.all(
        Array.from({ length: 14 }, (_, index) =>
          plain(`#${(0x102030 + index * 0x0f0a05).toString(16)}`, format),
        ),
      );
      const picture = await renderer.render(
        wish({ references, widthPx: 400, heightPx: 300, mimeType: 'image/jpeg' }),
      );
      expect(await sharp(picture).metadata()).toMatchObject({ width: 400, height: 300, format: 'jpeg' });
    },
  );

  test.each([
    ['no picture', Buffer.from('this is not a picture')],
    ['empty', Buffer.alloc(0)],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
  ])('that are %s are refused by name', async (_, bytes) => {
    await expect(renderer.render(wish({ references: [bytes] }))).rejects.toThrow(
      /^Unable to process input image/,
    );
    await expect(renderer.render(wish({ references: [await plain('#ffffff'), bytes] }))).rejects.toThrow(
      /^Unable to process input image.*Reference 2/,
    );
  });

  test('cut short are refused too, and the caller keeps its own buffer', async () => {
    const noise = await sharp({
      create: {
        width: 400,
        height: 400,
        channels: 3,
        background: '#fff',
        noise: { type: 'gaussian', mean: 120, sigma: 40 },
      },
    })
      .png()
      .toBuffer();
    const cut = Buffer.from(noise.subarray(0, noise.length / 2));
    await expect(renderer.render(wish({ references: [cut] }))).rejects.toThrow(
      /^Unable to process input image/,
    );
    expect(cut.length).toBe(Math.floor(noise.length / 2));
  });
});

test('an abort rejects with its reason, whether the picture waits or is being drawn', async () => {
  const running = new AbortController();
  const waiting = new AbortController();
  const outcomes = Promise.allSettled([
    renderer.render(wish({ seed: 70 }), running.signal),
    renderer.render(wish({ seed: 71 }), waiting.signal),
    renderer.render(wish({ seed: 72 })),
  ]);
  running.abort(new Error('left'));
  waiting.abort(new Error('left too'));
  const [first, second, third] = await outcomes;
  expect(first).toMatchObject({ status: 'rejected', reason: { message: 'left' } });
  expect(second).toMatchObject({ status: 'rejected', reason: { message: 'left too' } });
  expect(third).toMatchObject({ status: 'fulfilled' });
  await expect(renderer.render(wish(), AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
});

test('a closed renderer draws no more', async () => {
  const closed = new PictureRenderer();
  await closed.close();
  await expect(closed.render(wish())).rejects.toThrow('closed');
});
