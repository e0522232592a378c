import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PixelBox, readMark } from '../../src/kernel/sandbox-mark.ts';
import { errorOf, field, file, generate, postForm, type ImagesBody, ledgerRows } from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';
import { flat, maskWithHole, pixelsOf } from '../support/test-pictures.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

async function picture(body: object): Promise<string> {
  const answer = await generate(gateway, body);
  expect(answer.status).toBe(200);
  const { data } = (await answer.json()) as ImagesBody;
  return data[0]?.b64_json ?? '';
}

describe('asking again', () => {
  const prompt = 'a fox in the snow';

  test('gives the same picture for the same request', async () => {
    expect((await picture({ prompt })) === (await picture({ prompt }))).toBe(true);
  });

  test('with a seed or a user gives another picture, always the same for the same value', async () => {
    const wishes = [{}, { seed: 7 }, { seed: 8 }, { user: 'ada' }, { user: 'bob' }, { seed: 7, user: 'ada' }];
    const drawn = await Promise.all(wishes.map((wish) => picture({ prompt, ...wish })));
    expect(new Set(drawn).size).toBe(wishes.length);
    expect((await picture({ prompt, seed: '7' })) === drawn[1]).toBe(true);
    expect((await picture({ prompt, user: 'ada' })) === drawn[3]).toBe(true);
  });
});

describe('the mark of the sandbox', () => {
  const wish = { prompt: 'a fox in the snow', aspect_ratio: '1:1' };
  const sandboxFile = async (body: object) => Buffer.from(await picture({ ...wish, ...body }), 'base64');

  test.each(['png', 'jpeg', 'webp', 'avif'])(
    'survives the conversion to %s, in the metadata and on the picture',
    async (output_format) => {
      const { lettering } = readMark(await sandboxFile({})) ?? {};
      const converted = await sandboxFile({ output_format });
      expect(lettering).toBeDefined();
      expect(readMark(converted)).toMatchObject({ lettering });
      expect(await letters(converted, lettering)).toBeGreaterThan(100);
    },
  );

  test.each(['900x500', '300x300', '1500x400', '210x900'])(
    'survives fit to %s, also where its place is cut off',
    async (size) => {
      const fitted = await sandboxFile({ aspect_ratio: undefined, size, fit: 'exact', output_format: 'png' });
      const [width, height] = size.split('x').map(Number);
      expect(await sharp(fitted).metadata()).toMatchObject({ width, height });
      const { lettering } = readMark(fitted) ?? {};
      expect(await letters(fitted, lettering)).toBeGreaterThan(20);
    },
  );

  test('is in the hole of a masked edit, and in its metadata, whatever the format', async () => {
    const parts = [
      file('image', await flat(600, 400), 'a.jpg', 'image/jpeg'),
      file('mask', await maskWithHole(600, 400, { left: 200, top: 40, width: 380, height: 300 })),
      field('prompt', 'a fox'),
    ];
    for (const output_format of ['png', 'webp', 'jpeg']) {
      const answer = await postForm(gateway, [...parts, field('output_format', output_format)]);
      const { data } = (await answer.json()) as ImagesBody;
      const drawn = Buffer.from(data[0]?.b64_json ?? '', 'base64');
      const { lettering } = readMark(drawn) ?? {};
      expect(lettering?.left).toBeGreaterThan(200);
      expect(await letters(drawn, lettering)).toBeGreaterThan(60);
    }
  });

  /** Pixels of the badge's yellow letters inside a box. */
  async function letters(drawn: Buffer, box: PixelBox | undefined): Promise<number> {
    if (box === undefined) return 0;
    const data = await sharp(drawn).removeAlpha().extract(box).raw().toBuffer();
    let found = 0;
    for (let at = 0; at < data.length; at += 3)
      if ((data[at] ?? 0) > 170 && (data[at] ?? 0) - (data[at + 2] ?? 0) > 40) found += 1;
    return found;
  }
});

describe('a masked edit', () => {
  const example = (name: string) =>
    readFile(new URL(`../../docs/pictures/mask-${name}.png`, import.meta.url));

  test('of the README gives the picture of the README', async () => {
    const [image, mask, shown] = await Promise.all([example('before'), example('mask'), example('after')]);
    const answer = await postForm(gateway, [
      file('image', image, 'before.png'),
      file('mask', mask, 'mask.png'),
      field('prompt', 'A red and yellow balloon in the sky'),
    ]);
    expect(answer.status).toBe(200);
    const { data } = (await answer.json()) as ImagesBody;
    const drawn = Buffer.from(data[0]?.b64_json ?? '', 'base64');
    const [one, other] = [await pixelsOf(drawn), await pixelsOf(shown)];
    const difference = one.data.reduce((sum, value, at) => sum + Math.abs(value - (other.data[at] ?? 0)), 0);
    expect([one.width, one.height]).toEqual([other.width, other.height]);
    expect(difference / one.data.length).toBeLessThan(1);
    expect(readMark(drawn)?.lettering).toBeDefined();
  });
});

describe('scenarios through the gateway', () => {
  test('no-image-once is a picture after a second, reworded call', async () => {
    const answer = await generate(gateway, { prompt: 'A newt [scenario: no-image-once]' });
    expect(answer.status).toBe(200);
    const row = ledgerRows(gateway.dataDir).find(({ id }) => id === answer.headers.get('x-request-id'));
    expect(row).toMatchObject({ attempts: 2, images_delivered: 1 });
  });

  test('a misspelt scenario is an error that names the nearest, and no picture', async () => {
    const answer = await generate(gateway, { prompt: 'A fox [scenario: rate-limt]' });
    expect(answer.status).toBe(400);
    expect((await errorOf(answer)).message).toContain("Did you mean 'rate-limit'?");
  });

  test('drafts come when they are asked for, without a scenario and at the price of one picture', async () => {
    const wish = { model: 'gemini-3-pro-image', prompt: 'a lighthouse', stream: true };
    const eventsOf = async (body: object) => {
      const answer = await generate(gateway, body);
      const names = [...(await answer.text()).matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
      const row = ledgerRows(gateway.dataDir).find(({ id }) => id === answer.headers.get('x-request-id'));
      return { names, cost: row?.cost_micro_usd };
    };
    const plain = await eventsOf(wish);
    const drafted = await eventsOf({ ...wish, partial_images: 2 });
    expect(plain.names).toEqual(['image_generation.completed']);
    expect(drafted.names).toEqual([
      'image_generation.partial_image',
      'image_generation.partial_image',
      'image_generation.completed',
    ]);
    expect(drafted.cost).toBe(plain.cost);
  });
});
