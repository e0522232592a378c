import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FakeGemini, imageAnswer, sendJson, startFakeGemini } from '../support/fake-gemini.ts';
import { errorOf, field, file, onlyPicture, postForm } from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';
import { maskWithHole, noise, pixelsOf } from '../support/test-pictures.ts';

interface UpstreamBody {
  readonly contents: readonly {
    readonly parts: readonly { readonly inlineData?: { readonly mimeType: string; readonly data: string } }[];
  }[];
}

const heic = await readFile(new URL('../fixtures/photo.heic', import.meta.url));
const prompt = field('prompt', 'make it night');
let upstream: FakeGemini;
let gateway: Gateway;

beforeAll(async () => {
  const drawn = (await noise(64, 48, 'png')).toString('base64');
  upstream = await startFakeGemini((_call, response) => sendJson(response, imageAnswer(drawn)));
  gateway = await startGateway({ upstreamUrl: upstream.url });
});
beforeEach(() => {
  upstream.calls.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

function askedPictures(): { readonly mimeType: string; readonly bytes: Buffer }[] {
  expect(upstream.calls).toHaveLength(1);
  const body = upstream.calls[0]?.body as unknown as UpstreamBody;
  return (body.contents[0]?.parts ?? []).flatMap(({ inlineData }) =>
    inlineData === undefined
      ? []
      : [{ mimeType: inlineData.mimeType, bytes: Buffer.from(inlineData.data, 'base64') }],
  );
}

const encoders: readonly (readonly [string, (picture: Sharp) => Sharp])[] = [
  ['image/avif', (picture) => picture.avif({ lossless: true, effort: 0 })],
  ['image/gif', (picture) => picture.gif()],
  ['image/tiff', (picture) => picture.tiff({ compression: 'deflate' })],
];

describe('a reference that the model does not read', () => {
  test.each(encoders)(
    'goes out as PNG when it is %s, pixel for pixel, and that is told',
    async (type, encode) => {
      const sent = await encode(sharp(await noise(40, 30, 'png'))).toBuffer();
      const response = await postForm(gateway, [file('image', sent, 'a.dat'), prompt]);
      expect(response.status).toBe(200);
      const [asked] = askedPictures();
      expect(asked?.mimeType).toBe('image/png');
      expect(await pixelsOf(asked?.bytes ?? Buffer.alloc(0))).toEqual(await pixelsOf(sent));
      expect(response.headers.get('plantain-adapted')).toContain(
        `image;action=mapped;from="${type}";to="image/png"`,
      );
    },
  );

  test('keeps its place among those that are read, which go out untouched', async () => {
    const [png, jpeg] = await Promise.all([noise(20, 20, 'png'), noise(20, 20, 'jpeg')]);
    const gif = await sharp(png).gif().toBuffer();
    const parts = [png, gif, jpeg].map((bytes) => file('image[]', bytes));
    expect((await postForm(gateway, [...parts, prompt])).status).toBe(200);
    const asked = askedPictures();
    expect(asked.map(({ mimeType }) => mimeType)).toEqual(['image/png', 'image/png', 'image/jpeg']);
    expect(asked[0]?.bytes).toEqual(png);
    expect(asked[2]?.bytes).toEqual(jpeg);
  });

  test('and is damaged is told by its place and file name among several, and nothing is drawn', async () => {
    const png = await noise(40, 30, 'png');
    const tiff = await sharp(png).tiff({ compression: 'deflate' }).toBuffer();
    // Its head is whole, its pixels are not.
    const damaged = Buffer.from(tiff).fill(0xee, 8, 8 + 400);
    const response = await postForm(gateway, [
      file('image[]', tiff, 'first.tif'),
      file('image[]', damaged, 'second.tif'),
      file('image[]', png, 'third.png'),
      prompt,
    ]);
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({
      code: 'invalid_image_file',
      param: 'image[]',
      message: expect.stringContaining("'image[]' (file 2 of 3, 'second.tif') is damaged") as string,
    });
    expect(upstream.calls).toHaveLength(0);
  });

  test('may be edited with a mask: outside it, the answer equals the picture', async () => {
    const gif = await sharp(await noise(64, 48, 'png'))
      .gif()
      .toBuffer();
    const mask = await maskWithHole(64, 48, { left: 20, top: 10, width: 10, height: 10 });
    const response = await postForm(gateway, [file('image', gif), file('mask', mask), prompt]);
    expect(response.status).toBe(200);
    expect(askedPictures().map(({ mimeType }) => mimeType)).toEqual(['image/png', 'image/png']);
    const [answer, original] = await Promise.all([pixelsOf(await onlyPicture(response)), pixelsOf(gif)]);
    expect([...answer.data.subarray(0, 64 * 3)]).toEqual([...original.data.subarray(0, 64 * 3)]);
  });

  test('and is damaged is refused before it costs anything', async () => {
    const whole = await sharp(await noise(64, 48, 'png'))
      .tiff({ compression: 'deflate' })
      .toBuffer();
    const damaged = Buffer.from(whole);
    damaged.fill(0x55, 8, whole.length / 2);
    const response = await postForm(gateway, [file('image', damaged), prompt]);
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({ code: 'invalid_image_file', param: 'image' });
    expect(upstream.calls).toHaveLength(0);
  });
});

describe('HEIC', () => {
  test('is read by the model, so it goes out untouched', async () => {
    expect((await postForm(gateway, [file('image', heic), prompt])).status).toBe(200);
    expect(askedPictures()).toEqual([{ mimeType: 'image/heic', bytes: heic }]);
  });

  test('cannot be decoded here, so a mask on it is refused by that name', async () => {
    const { width, height } = await sharp(heic).metadata();
    const mask = await maskWithHole(width, height, { left: 0, top: 0, width: 2, height: 2 });
    const response = await postForm(gateway, [file('image', heic), file('mask', mask), prompt]);
    expect(response.status).toBe(400);
    expect((await errorOf(response)).message).toContain('HEIC');
    expect(upstream.calls).toHaveLength(0);
  });

  test('is taken by the sandbox too', async () => {
    const sandbox = await startGateway();
    try {
      const response = await postForm(sandbox, [file('image', heic, 'photo.heic'), prompt]);
      expect(response.status).toBe(200);
      expect((await sharp(await onlyPicture(response)).metadata()).width).toBeGreaterThan(0);
    } finally {
      await sandbox.close();
    }
  });
});

test.each([
  ['BM\x00\x00\x00\x00', 'image/bmp'],
  ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml'],
  ['\xff\x0a\x00\x00', 'image/jxl'],
  ['%PDF-1.7', 'application/pdf'],
  ['8BPS\0\x01', 'image/vnd.adobe.photoshop'],
  ['II*\0\x08\0\0\0\0\0', 'image/tiff, but damaged or cut short'],
  ['\x89PNG\r\n\x1a\n', 'image/png, but damaged or cut short'],
])('what is no picture that can be used is refused by its name: %j is %s', async (head, name) => {
  const bytes = Buffer.concat([Buffer.from(head, 'latin1'), Buffer.alloc(40)]);
  const response = await postForm(gateway, [file('image', bytes), prompt]);
  expect(response.status).toBe(400);
  expect(await errorOf(response)).toMatchObject({
    code: 'invalid_image_file',
    param: 'image',
    message: expect.stringContaining(`is ${name}`) as string,
  });
  expect(upstream.calls).toHaveLength(0);
});
