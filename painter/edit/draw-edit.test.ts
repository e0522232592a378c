import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { edits, originals } from '../../docs/sandbox-edits.ts';
import { readMark } from '../../src/kernel/sandbox-mark.ts';
import { type DrawableWish, drawPicture } from '../draw-picture.ts';

const size = { widthPx: 400, heightPx: 300 };
const draw = (changes: Partial<DrawableWish>): Promise<Uint8Array> =>
  drawPicture({ prompt: '', ...size, mimeType: 'image/png', seed: 1, references: [], ...changes });

/** Sky above, grass below, a red house in the middle. */
const landscape = await sharp(
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><rect width="400" height="300" fill="#7fb4e0"/>
    <rect y="180" width="400" height="120" fill="#4f8f4a"/><rect x="170" y="120" width="60" height="60" fill="#c03c30"/></svg>`),
)
  .removeAlpha()
  .png()
  .toBuffer();

interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

async function colourIn(picture: Uint8Array, area: Area): Promise<readonly [number, number, number]> {
  const cut = await sharp(picture).removeAlpha().extract(area).png().toBuffer();
  const { channels } = await sharp(cut).stats();
  return [channels[0]?.mean ?? 0, channels[1]?.mean ?? 0, channels[2]?.mean ?? 0];
}

async function differenceIn(one: Uint8Array, other: Uint8Array, area: Area): Promise<number> {
  const raw = (picture: Uint8Array) => sharp(picture).removeAlpha().extract(area).raw().toBuffer();
  const [first, second] = [await raw(one), await raw(other)];
  return first.reduce((sum, value, at) => sum + Math.abs(value - (second[at] ?? 0)), 0) / first.length;
}

const skyArea = { left: 300, top: 90, width: 40, height: 20 };
const grassArea = { left: 60, top: 200, width: 40, height: 20 };
const houseArea = { left: 180, top: 130, width: 40, height: 40 };
const edit = (prompt: string, references: readonly Uint8Array[] = [landscape]) =>
  draw({ prompt, references });

describe('an edit changes the picture itself', () => {
  test.each(['make it night', 'Mach es Nacht', 'сделай ночь', 'اجعلها ليلا', '夜にして'])(
    '«%s» darkens all of it',
    async (prompt) => {
      const drawn = await edit(prompt);
      for (const area of [skyArea, grassArea, houseArea]) {
        const [before, after] = [await colourIn(landscape, area), await colourIn(drawn, area)];
        expect(Math.max(...after)).toBeLessThan(Math.max(...before) * 0.75);
      }
    },
  );

  test('winter lays snow on the grass and leaves the house red', async () => {
    const drawn = await edit('make it winter');
    expect(Math.min(...(await colourIn(drawn, grassArea)))).toBeGreaterThan(150);
    const [red, green] = await colourIn(drawn, houseArea);
    expect(red).toBeGreaterThan(green + 40);
  });

  test('a colour goes to what has a colour, not to the sky', async () => {
    const drawn = await edit('make the house yellow');
    const [red, green, blue] = await colourIn(drawn, houseArea);
    expect(Math.min(red, green)).toBeGreaterThan(blue + 60);
    expect(await differenceIn(drawn, landscape, skyArea)).toBeLessThan(6);
  });

  test('what is added stands in the picture, and the rest of the picture stays', async () => {
    const drawn = await edit('add a fox on the left');
    expect(
      await differenceIn(drawn, landscape, { left: 60, top: 160, width: 80, height: 90 }),
    ).toBeGreaterThan(20);
    expect(
      await differenceIn(drawn, landscape, { left: 260, top: 30, width: 130, height: 200 }),
    ).toBeLessThan(3);
  });

  test('black and white has no colour left', async () => {
    const [red, green, blue] = await colourIn(await edit('black and white, please'), grassArea);
    expect(Math.abs(red - green) + Math.abs(green - blue)).toBeLessThan(6);
  });

  test('a change that the sandbox cannot make leaves the picture, and a line that says so', async () => {
    const [unknown, known] = [await edit('improve the composition'), await edit('add a small fox here')];
    expect(await differenceIn(unknown, landscape, { left: 0, top: 0, width: 400, height: 240 })).toBeLessThan(
      2,
    );
    const heightOf = async (picture: Uint8Array) => readMark(picture)?.lettering?.height ?? 0;
    expect(await heightOf(unknown)).toBeGreaterThan((await heightOf(known)) * 1.5);
  });

  test('a picture of another ratio is kept whole', async () => {
    const drawn = await draw({
      prompt: 'make it dawn',
      references: [landscape],
      widthPx: 900,
      heightPx: 300,
    });
    const [red, , blue] = await colourIn(drawn, { left: 430, top: 130, width: 40, height: 40 });
    expect(red).toBeGreaterThan(blue + 40);
  });
});

describe('the edits that docs/sandbox.md shows', () => {
  test.each(edits.map((one) => [one.prompt, one] as const))(
    '«%s» is understood, and seen',
    async (prompt, { of }) => {
      const references = await Promise.all(of.map((name) => draw({ prompt: originals[name] })));
      const drawn = await edit(prompt, references);
      const unknown = await edit('nothing that is known', references);
      const heightOf = (picture: Uint8Array): number => readMark(picture)?.lettering?.height ?? 0;
      if (of.length === 1) expect(heightOf(drawn)).toBeLessThan(heightOf(unknown));
      expect(
        await differenceIn(drawn, unknown, { left: 0, top: 0, width: 400, height: 260 }),
      ).toBeGreaterThan(1);
    },
  );
});

describe('an edit of a picture that the sandbox drew', () => {
  test('knows where the head is: a hat is put on it', async () => {
    // Far from the middle of the picture: nobody could guess where its head is.
    const wide = { widthPx: 900, heightPx: 300 };
    const otter = await draw({ prompt: 'a cute baby sea otter', ...wide });
    const head = readMark(otter)?.head;
    const { x = 0, y = 0, width = 0 } = head ?? {};
    const drawn = await draw({ prompt: 'give the otter a hat', references: [otter], ...wide });
    const above = {
      left: Math.round(x - width / 3),
      top: Math.round(y - width / 2),
      width: Math.round(width / 1.5),
      height: Math.round(width / 2),
    };
    expect(await differenceIn(drawn, otter, above)).toBeGreaterThan(20);
    expect(await differenceIn(drawn, otter, { left: 300, top: 0, width: 600, height: 220 })).toBeLessThan(4);
  });

  test('is read smaller when it is very large, and knows its head all the same', async () => {
    const large = await draw({
      prompt: 'a cute baby sea otter',
      widthPx: 3600,
      heightPx: 1200,
      mimeType: 'image/jpeg',
    });
    const wide = { widthPx: 900, heightPx: 300 };
    const [plain, hat] = await Promise.all(
      ['black and white', 'black and white with a hat'].map((prompt) =>
        draw({ prompt, references: [large], ...wide }),
      ),
    );
    const { x = 0, y = 0, width = 0 } = readMark(large)?.head ?? {};
    const above = {
      left: Math.round(x / 4 - width / 12),
      top: Math.round(y / 4 - width / 8),
      width: Math.round(width / 6),
      height: Math.round(width / 8),
    };
    expect(await differenceIn(plain ?? large, hat ?? large, above)).toBeGreaterThan(15);
  });

  test('has one caption, not two', async () => {
    const long = 'a lighthouse above the sea, and many more words, so that the caption is long';
    const [plain, captioned] = [await draw({ prompt: '' }), await draw({ prompt: long })];
    expect(plain.length).not.toBe(captioned.length);
    const { lettering } = readMark(captioned) ?? {};
    const { left = 0, top = 0, width = 0, height = 0 } = lettering ?? {};
    const tail = { left: left + width - 60, top, width: 50, height };
    const white = async (picture: Uint8Array): Promise<number> => {
      const data = await sharp(picture).removeAlpha().greyscale().extract(tail).raw().toBuffer();
      return Math.max(...data) - Math.min(...data);
    };
    expect(await white(captioned)).toBeGreaterThan(120);
    expect(await white(await edit('add a hat', [captioned]))).toBeLessThan(70);
  });
});

describe('an edit with a guide', () => {
  const hole = { left: 250, top: 20, width: 130, height: 140 };
  const guided = async (prompt: string, area = hole) => {
    const paint = await sharp({
      create: { width: area.width, height: area.height, channels: 3, background: '#ff00ff' },
    })
      .png()
      .toBuffer();
    const guide = await sharp(landscape)
      .composite([{ input: paint, left: area.left, top: area.top }])
      .png()
      .toBuffer();
    return edit(prompt, [landscape, guide]);
  };
  const guideOf = (path: string): Promise<Buffer> =>
    sharp(landscape)
      .composite([
        {
          input: Buffer.from(
            `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><path d="${path}" fill="#ff00ff" shape-rendering="crispEdges"/></svg>`,
          ),
        },
      ])
      .png()
      .toBuffer();

  test('is drawn where the guide is magenta, and nowhere else', async () => {
    const drawn = await guided('a red and yellow balloon in the sky');
    expect(await differenceIn(drawn, landscape, hole)).toBeGreaterThan(15);
    expect(await differenceIn(drawn, landscape, { left: 0, top: 0, width: 240, height: 240 })).toBeLessThan(
      2,
    );
    const pixels = await sharp(drawn).removeAlpha().raw().toBuffer();
    let magenta = 0;
    for (let at = 0; at < pixels.length; at += 3)
      if ((pixels[at] ?? 0) > 215 && (pixels[at + 1] ?? 0) < 60 && (pixels[at + 2] ?? 0) > 215) magenta += 1;
    expect(magenta).toBe(0);
  });

  test('has its badge inside, where it will be seen', async () => {
    const { lettering } = readMark(await guided('a balloon')) ?? {};
    const { left = 0, top = 0, width = 0, height = 0 } = lettering ?? {};
    expect(left).toBeGreaterThanOrEqual(hole.left);
    expect(top).toBeGreaterThanOrEqual(hole.top);
    expect(left + width).toBeLessThanOrEqual(hole.left + hole.width);
    expect(top + height).toBeLessThanOrEqual(hole.top + hole.height);
  });

  test.each([
    ['a forest', 8],
    ['the words “HELLO YOU”', 4],
    ['a hat', 4],
  ])('of «%s» fills the hole with it', async (prompt, least) => {
    expect(await differenceIn(await guided(prompt), await guided('nothing known'), hole)).toBeGreaterThan(
      least,
    );
  });

  test.each(['a red and yellow balloon', 'a forest', 'the words “HELLO YOU”', 'a hat'])(
    'of «%s» reaches each of several areas',
    async (prompt) => {
      const areas = [
        { left: 10, top: 10, width: 80, height: 80 },
        { left: 300, top: 40, width: 90, height: 90 },
        { left: 180, top: 200, width: 80, height: 80 },
      ];
      const guide = await guideOf(
        areas.map(({ left, top, width, height }) => `M${left} ${top}h${width}v${height}h-${width}z`).join(''),
      );
      const drawn = await edit(prompt, [landscape, guide]);
      const unknown = await edit('nothing known', [landscape, guide]);
      for (const area of areas) expect(await differenceIn(drawn, unknown, area)).toBeGreaterThan(2);
    },
  );

  test.each([
    ['a ring', 'M20 20h360v240h-360zM100 100v80h200v-80z', { left: 100, top: 100, width: 200, height: 80 }],
    ['a corner', 'M20 20h360v60h-300v200h-60z', { left: 84, top: 84, width: 290, height: 190 }],
  ])('is drawn inside of %s, not in the middle that is left out', async (_shape, path, left) => {
    const guide = await guideOf(path);
    const drawn = await edit('a red and yellow balloon', [landscape, guide]);
    const inside = { left: 20, top: 20, width: 360, height: 260 };
    expect(await differenceIn(drawn, landscape, inside)).toBeGreaterThan(2);
    expect(await differenceIn(drawn, landscape, left)).toBeLessThan(2);
  });

  test('as small as a few pixels is an edit as well', async () => {
    const drawn = await guided('a balloon', { left: 10, top: 10, width: 3, height: 2 });
    expect(await sharp(drawn).metadata()).toMatchObject({ width: 400, height: 300 });
  });

  test('a second picture with magenta in it is no guide when it shows something else', async () => {
    const other = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#ff00ff' } })
      .composite([
        {
          input: await sharp({ create: { width: 380, height: 40, channels: 3, background: '#202020' } })
            .png()
            .toBuffer(),
          left: 5,
          top: 5,
        },
      ])
      .png()
      .toBuffer();
    const drawn = await edit('put them together', [landscape, other]);
    expect(
      await differenceIn(drawn, landscape, { left: 0, top: 0, width: 240, height: 240 }),
    ).toBeGreaterThan(15);
  });
});
