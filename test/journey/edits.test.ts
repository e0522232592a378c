import { writeFile } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FakeGemini, imageAnswer, sendJson, startFakeGemini, tinyPng } from '../support/fake-gemini.ts';
import {
  errorOf,
  field,
  file,
  imagesOf,
  ledgerRows,
  onlyPicture,
  postForm,
  postJson,
  type RawPart,
  rawConnection,
  rawForm,
} from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';
import { maskWithHole, noise, pixelsOf } from '../support/test-pictures.ts';

interface UpstreamPart {
  readonly text?: string;
  readonly inlineData?: { readonly mimeType: string; readonly data: string };
}
interface UpstreamBody {
  readonly contents: readonly { readonly parts: readonly UpstreamPart[] }[];
  readonly generationConfig: Record<string, unknown>;
}

const [png, jpeg, webp] = await Promise.all([
  noise(40, 30, 'png'),
  noise(30, 40, 'jpeg'),
  noise(24, 24, 'webp'),
]);
const base64 = (bytes: Buffer): string => bytes.toString('base64');
const dataUrl = (bytes: Buffer, type = 'image/png'): string => `data:${type};base64,${base64(bytes)}`;

let directory: string;
let upstream: FakeGemini;
let gateway: Gateway;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plantain-edits-'));
  await writeFile(
    join(directory, 'plantain.yaml'),
    'models:\n  sixteen:\n    extends: gemini-2.5-flash-image\n    max_reference_images: 16\n',
  );
  upstream = await startFakeGemini((_call, response) => sendJson(response, imageAnswer()));
  gateway = await startGateway({ upstreamUrl: upstream.url, dataDir: directory });
});
beforeEach(() => {
  upstream.calls.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
  await rm(directory, { recursive: true, force: true });
});

/** The only upstream call's parts, and its configuration. */
function asked(): { parts: readonly UpstreamPart[]; config: Record<string, unknown> } {
  expect(upstream.calls).toHaveLength(1);
  const body = upstream.calls[0]?.body as unknown as UpstreamBody;
  return { parts: body.contents[0]?.parts ?? [], config: body.generationConfig };
}

const part = (bytes: Buffer, mimeType: string): UpstreamPart => ({
  inlineData: { mimeType, data: base64(bytes) },
});
const prompt = field('prompt', 'add a hat');
const text: UpstreamPart = { text: 'add a hat' };
const picture = (name: string, bytes: Buffer, more: readonly string[] = []): RawPart => ({
  headers: [`Content-Disposition: form-data; name="${name}"`, ...more],
  body: bytes,
});

describe('an edit as a form', () => {
  const first = part(png, 'image/png');
  const second = part(jpeg, 'image/jpeg');
  const third = part(webp, 'image/webp');
  test.each<readonly [string, readonly RawPart[], readonly UpstreamPart[]]>([
    ['one image', [file('image', png), prompt], [first]],
    ['image repeated', [file('image', png), file('image', jpeg), prompt], [first, second]],
    [
      'image[] repeated',
      [file('image[]', png), file('image[]', jpeg), file('image[]', webp), prompt],
      [first, second, third],
    ],
    ['image[0] and image[1]', [file('image[0]', png), file('image[1]', jpeg), prompt], [first, second]],
    ['image_1 and image_2', [file('image_1', png), file('image_2', jpeg), prompt], [first, second]],
    ['images[]', [file('images[]', png), file('images[]', jpeg), prompt], [first, second]],
    ['fields before files', [prompt, field('n', '1'), file('image', png)], [first]],
    ['files before fields', [file('image', png), field('n', '1'), prompt], [first]],
    ['no file name', [picture('image', png, ['Content-Type: image/png']), prompt], [first]],
    ['neither file name nor type', [picture('image', jpeg), prompt], [second]],
    [
      'a wrong type: the bytes decide',
      [
        file('image', jpeg, 'photo.png', 'image/png'),
        file('image', webp, 'x.bin', 'application/octet-stream'),
        prompt,
      ],
      [second, third],
    ],
    ['a data: URL as text', [field('image', dataUrl(png, 'image/jpeg')), prompt], [first]],
    ['an empty mask input', [file('image', png), file('mask', Buffer.alloc(0), ''), prompt], [first]],
  ])('%s reaches the upstream before the text, byte for byte', async (_name, parts, references) => {
    const response = await postForm(gateway, parts);
    expect(response.status).toBe(200);
    expect((await imagesOf(response)).data).toEqual([{ b64_json: tinyPng }]);
    expect(asked().parts).toEqual([...references, text]);
  });

  test('without a ratio the picture follows its reference: none is sent upstream', async () => {
    await postForm(gateway, [file('image', png), prompt, field('model', 'gemini-2.5-flash-image')]);
    expect(asked().config).toEqual({ responseModalities: ['IMAGE'] });
  });

  test('a ratio and a tier in the form go upstream', async () => {
    const fields = [field('aspect_ratio', '16:9'), field('image_size', '2K')];
    await postForm(gateway, [file('image', png), prompt, ...fields, field('model', 'gemini-3-pro-image')]);
    expect(asked().config['imageConfig']).toEqual({ aspectRatio: '16:9', imageSize: '2K' });
  });
});

describe('an edit as JSON', () => {
  test.each<readonly [string, Record<string, unknown>]>([
    ['images of image_url', { images: [{ image_url: dataUrl(png) }, { image_url: dataUrl(jpeg) }] }],
    [
      'images of image_url objects',
      { images: [{ image_url: { url: dataUrl(png) } }, { image_url: { url: dataUrl(jpeg) } }] },
    ],
    ['images of b64_json', { images: [{ b64_json: base64(png) }, { b64_json: base64(jpeg) }] }],
    ['images of strings', { images: [dataUrl(png), base64(jpeg)] }],
    ['image as an array', { image: [dataUrl(png), dataUrl(jpeg)] }],
    ['image[] as an array', { 'image[]': [dataUrl(png), dataUrl(jpeg)] }],
    ['one image, then images', { image: dataUrl(png), images: [{ image_url: dataUrl(jpeg) }] }],
  ])('%s', async (_name, fields) => {
    const response = await postJson(gateway, '/v1/images/edits', { prompt: 'add a hat', ...fields });
    expect(response.status).toBe(200);
    expect(asked().parts).toEqual([part(png, 'image/png'), part(jpeg, 'image/jpeg'), text]);
  });

  test('a single image as a string', async () => {
    await postJson(gateway, '/v1/images/edits', { image: dataUrl(webp), prompt: 'add a hat' });
    expect(asked().parts).toEqual([part(webp, 'image/webp'), text]);
  });
});

describe('what cannot be a reference is refused before it costs anything', () => {
  const json = (fields: Record<string, unknown>) =>
    postJson(gateway, '/v1/images/edits', { prompt: 'add a hat', ...fields });

  test.each<readonly [string, () => Promise<Response>, number, string, string, RegExp]>([
    ['no image', () => postForm(gateway, [prompt]), 400, 'missing_required_parameter', 'image', /image/],
    [
      'no prompt',
      () => postForm(gateway, [file('image', png)]),
      400,
      'missing_required_parameter',
      'prompt',
      /prompt/,
    ],
    [
      'a bitmap',
      () => postForm(gateway, [file('image', Buffer.from('BM with more'), 'a.bmp', 'image/bmp'), prompt]),
      400,
      'invalid_image_file',
      'image',
      /is image\/bmp, which is not read here\. Send PNG, JPEG, WebP, HEIC, AVIF, GIF or TIFF/,
    ],
    [
      'text for a picture',
      () => postForm(gateway, [file('image[]', png), file('image[]', Buffer.from('not a picture')), prompt]),
      400,
      'invalid_image_file',
      'image[]',
      /'image\[\]' \(file 2 of 2, 'x.png'\) is not a readable picture/,
    ],
    [
      'of three pictures the second, a PDF (googleapis/js-genai#862)',
      () =>
        postForm(gateway, [
          file('image', png, 'first.png'),
          file('image', Buffer.from('%PDF-1.7 and more'), 'second.png'),
          file('image', jpeg, 'third.png'),
          prompt,
        ]),
      400,
      'invalid_image_file',
      'image',
      /'image' \(file 2 of 3, 'second.png'\) is application\/pdf/,
    ],
    [
      'an empty mask file (Penny-Dreadful-Tools#150)',
      () => postForm(gateway, [file('image', png), file('mask', Buffer.alloc(0), 'm.png'), prompt]),
      400,
      'invalid_image_file',
      'mask',
      /'mask' \('m.png'\) is empty/,
    ],
    [
      'an empty second picture',
      () => postForm(gateway, [file('image', png), file('image', Buffer.alloc(0), 'b.png'), prompt]),
      400,
      'invalid_image_file',
      'image',
      /file 2 of 2, 'b.png'\) is empty/,
    ],
    [
      'an empty only picture',
      () => postForm(gateway, [file('image', Buffer.alloc(0), 'a.png'), prompt]),
      400,
      'invalid_image_file',
      'image',
      /'image' \('a.png'\) is empty/,
    ],
    [
      'a file_id',
      () => json({ images: [{ image_url: dataUrl(png) }, { file_id: 'file-123' }] }),
      400,
      'invalid_value',
      'images[1].file_id',
      /keeps no files/,
    ],
    [
      'a link',
      () => json({ images: [{ image_url: 'https://example.com/cat.png' }] }),
      400,
      'invalid_value',
      'images[0]',
      /does not fetch remote pictures/,
    ],
    [
      'a link to this machine',
      () => json({ image: 'http://127.0.0.1:1/cat.png' }),
      400,
      'invalid_value',
      'image',
      /does not fetch remote pictures/,
    ],
    [
      'a link as a form field',
      () => postForm(gateway, [field('image', 'http://example.com/cat.png'), prompt]),
      400,
      'invalid_value',
      'image',
      /does not fetch remote pictures/,
    ],
    [
      'a data: URL that is not base64',
      () => json({ image: 'data:image/svg+xml,%3Csvg%3E' }),
      400,
      'invalid_image_file',
      'image',
      /without base64/,
    ],
    [
      'a file under a strange name',
      () => postForm(gateway, [file('photo', png), prompt]),
      400,
      'invalid_value',
      'photo',
      /Pictures go in 'image'/,
    ],
    [
      'pictures for a generation',
      () => postJson(gateway, '/v1/images/generations', { prompt: 'a', image: dataUrl(png) }),
      400,
      'invalid_value',
      'image',
      /\/v1\/images\/edits/,
    ],
    [
      '17 references',
      () =>
        postForm(gateway, [
          ...Array.from({ length: 17 }, () => file('image[]', webp)),
          prompt,
          field('model', 'sixteen'),
        ]),
      400,
      'invalid_value',
      'image',
      /At most 16 reference images can be sent; these are 17/,
    ],
    [
      'more references than the model takes',
      () =>
        postForm(gateway, [
          ...Array.from({ length: 15 }, () => file('image[]', webp)),
          prompt,
          field('model', 'gemini-3-pro-image'),
        ]),
      400,
      'invalid_value',
      'image',
      /gemini-3-pro-image takes at most 14 reference images; 15 were sent/,
    ],
    [
      'two masks',
      () => postForm(gateway, [file('image', png), file('mask', png), file('mask', png), prompt]),
      400,
      'invalid_value',
      'mask',
      /one mask/,
    ],
  ])('%s', async (_name, send, status, code, param, message) => {
    const rows = ledgerRows(directory).length;
    const response = await send();
    expect(response.status).toBe(status);
    expect(await errorOf(response)).toMatchObject({
      code,
      param,
      message: expect.stringMatching(message) as string,
    });
    expect(upstream.calls).toHaveLength(0);
    expect(ledgerRows(directory)).toHaveLength(rows);
  });

  test('16 references pass where the model takes them, in order', async () => {
    const pictures = await Promise.all(Array.from({ length: 16 }, (_, index) => noise(8 + index, 8)));
    const parts = pictures.map((bytes) => file('image[]', bytes));
    const response = await postForm(gateway, [...parts, prompt, field('model', 'sixteen')]);
    expect(response.status).toBe(200);
    expect(asked().parts).toEqual([...pictures.map((bytes) => part(bytes, 'image/png')), text]);
  });

  test('a reference of more than 50 MiB is a 413 that names it', async () => {
    const large = Buffer.concat([png, Buffer.alloc(50 * 1024 * 1024)]);
    const response = await postForm(gateway, [file('image', large), prompt]);
    expect(response.status).toBe(413);
    expect(await errorOf(response)).toMatchObject({ param: 'image' });
    expect(upstream.calls).toHaveLength(0);
  });

  describe('with smaller limits', () => {
    const limit = 1024 * 1024;
    let small: Gateway;
    beforeAll(async () => {
      small = await startGateway({
        upstreamUrl: upstream.url,
        env: {
          PLANTAIN_LIMITS_MAX_REFERENCE_BYTES: String(limit),
          PLANTAIN_LIMITS_MAX_EDIT_BODY_BYTES: String(4 * limit),
        },
      });
    });
    afterAll(() => small.close());

    test('a reference of exactly the limit passes, one byte more does not, in a form and in JSON', async () => {
      const sized = (bytes: number) => Buffer.concat([png, Buffer.alloc(bytes - png.length)]);
      const asForm = (bytes: number) => postForm(small, [file('image', sized(bytes)), prompt]);
      const asJson = (bytes: number) =>
        postJson(small, '/v1/images/edits', {
          prompt: 'add a hat',
          images: [{ image_url: dataUrl(png) }, { image_url: dataUrl(sized(bytes)) }],
        });
      expect((await asForm(limit)).status).toBe(200);
      expect((await asJson(limit)).status).toBe(200);
      const form = await asForm(limit + 1);
      const error = await errorOf(form);
      expect([form.status, error.param]).toEqual([413, 'image']);
      expect(error.message).toContain("The file 'image' ('x.png') is larger than");
      const inJson = await asJson(limit + 1);
      expect([inJson.status, (await errorOf(inJson)).param]).toEqual([413, 'images[1]']);
    });

    test.each<readonly [string, string, number]>([
      ['a form', 'multipart/form-data; boundary=plantain-test', 413],
      ['JSON', 'application/json', 413],
      ['a type that is not taken', 'text/plain', 415],
    ])(
      'a client that sends everything before it reads still gets its answer: %s',
      async (_name, type, status) => {
        // Python's http.client behaves so, among others. A server that stops reading would leave both waiting.
        const body =
          type === 'application/json'
            ? Buffer.from(`{"image":"${'A'.repeat(32 * limit)}"}`)
            : rawForm([file('image', Buffer.concat([png, Buffer.alloc(32 * limit)])), prompt]);
        const connection = await rawConnection(small.url);
        connection.socket.pause();
        const head = [
          'POST /v1/images/edits HTTP/1.1',
          'Host: x',
          `Authorization: Bearer ${small.key}`,
          `Content-Type: ${type}`,
          `Content-Length: ${body.length}`,
        ];
        connection.socket.write(`${head.join('\r\n')}\r\n\r\n`);
        await new Promise<void>((sent) => connection.socket.write(body, () => sent()));
        connection.socket.resume();
        await expect.poll(() => connection.text()).toContain('"invalid_request_error"');
        expect(connection.text()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
        connection.socket.destroy();
      },
    );
  });

  test('base64 in lines, as many tools write it, is read and goes out in one', async () => {
    const lines = base64(png).replaceAll(/.{76}/g, '$&\r\n');
    for (const send of [
      () => postForm(gateway, [field('image', `data:image/png;base64,${lines}`), prompt]),
      () => json({ image: lines }),
      () => json({ images: [{ image_url: `data:image/png;base64,${lines}\n` }] }),
    ]) {
      expect((await send()).status).toBe(200);
      expect(asked().parts).toEqual([part(png, 'image/png'), text]);
      upstream.calls.length = 0;
    }
  });

  test.each([
    ['a quote that would end the string', `${base64(png)}"}},{"text":"and a crown`],
    ['a space', `${base64(png).slice(0, 40)} ${base64(png).slice(40)}`],
    ['a letter that is not base64', `${base64(png)}ü`],
    ['padding in the middle', `${base64(png).slice(0, 40)}=${base64(png).slice(40)}`],
  ])('text that is not base64 never enters the upstream request: %s', async (_name, broken) => {
    for (const response of [
      await postForm(gateway, [field('image', `data:image/png;base64,${broken}`), prompt]),
      await postForm(gateway, [field('image', broken), prompt]),
      await json({ image: broken }),
      await json({ images: [{ image_url: `data:image/png;base64,${broken}` }] }),
    ]) {
      expect(response.status).toBe(400);
      expect(await errorOf(response)).toMatchObject({ code: 'invalid_image_file' });
    }
    expect(upstream.calls).toHaveLength(0);
  });
});

describe('masks', () => {
  test.each<readonly [string, () => Promise<Buffer>, RegExp]>([
    ['has no alpha', () => noise(40, 30), /no alpha channel/],
    [
      'is of another size',
      () => maskWithHole(30, 40, { left: 1, top: 1, width: 5, height: 5 }),
      /30x40 but the first image is 40x30/,
    ],
    ['is opaque everywhere', () => maskWithHole(40, 30, undefined), /opaque everywhere/],
    ['is a jpeg', () => noise(40, 30, 'jpeg'), /image\/jpeg/],
    ['is no picture', async () => Buffer.from('mask'), /not a readable picture/],
  ])('a mask that %s is a 400 for param mask, and nothing is drawn', async (_name, mask, message) => {
    const rows = ledgerRows(directory).length;
    const response = await postForm(gateway, [file('image', png), file('mask', await mask()), prompt]);
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({
      code: 'invalid_image_file',
      param: 'mask',
      message: expect.stringMatching(message) as string,
    });
    expect(upstream.calls).toHaveLength(0);
    // What only decoding shows is found out after admission: then there is a row, and it costs nothing.
    const added = ledgerRows(directory).slice(rows);
    for (const row of added) expect(row).toMatchObject({ status: 'failed', attempts: 0, cost_micro_usd: 0 });
  });

  test('mask_source transparency without a transparent area is a 400 that costs nothing', async () => {
    const opaque = await maskWithHole(40, 30, undefined);
    for (const image of [png, opaque]) {
      const response = await postForm(gateway, [
        file('image', image),
        prompt,
        field('mask_source', 'transparency'),
      ]);
      expect(response.status).toBe(400);
      expect((await errorOf(response)).message).toMatch(/transparent area/);
    }
    expect(upstream.calls).toHaveLength(0);
  });

  test('the mask goes upstream as a guide behind the references, with a note in the prompt', async () => {
    const mask = await maskWithHole(40, 30, { left: 10, top: 8, width: 12, height: 12 });
    upstream.calls.length = 0;
    await postForm(gateway, [file('image', png), file('image', jpeg), file('mask', mask), prompt]);
    const { parts } = asked();
    expect(parts.slice(0, 2)).toEqual([part(png, 'image/png'), part(jpeg, 'image/jpeg')]);
    expect(parts[2]?.inlineData?.mimeType).toBe('image/png');
    expect(parts[3]?.text).toMatch(/^add a hat\n\nPicture 3 is a guide/);
    expect(parts).toHaveLength(4);
  });
});

describe('masked edits that the sandbox draws', () => {
  const hole = { left: 60, top: 40, width: 80, height: 60 };
  let sandbox: Gateway;
  let original: Buffer;
  beforeAll(async () => {
    sandbox = await startGateway();
    original = await noise(200, 150);
  });
  afterAll(() => sandbox.close());

  const inHole = (column: number, row: number): boolean =>
    column >= hole.left && column < hole.left + hole.width && row >= hole.top && row < hole.top + hole.height;

  async function differences(before: Buffer, after: Buffer): Promise<{ inside: number; outside: number }> {
    const [left, right] = await Promise.all([pixelsOf(before), pixelsOf(after)]);
    expect([right.width, right.height]).toEqual([left.width, left.height]);
    const count = { inside: 0, outside: 0 };
    for (let index = 0; index < left.data.length; index += 4) {
      if (left.data.readUInt32LE(index) === right.data.readUInt32LE(index)) continue;
      const pixel = index / 4;
      count[inHole(pixel % left.width, Math.floor(pixel / left.width)) ? 'inside' : 'outside']++;
    }
    return count;
  }

  test('outside the mask no pixel differs from the input; inside it is drawn anew', async () => {
    const mask = await maskWithHole(200, 150, hole);
    const response = await postForm(sandbox, [
      file('image', original),
      file('mask', mask),
      field('prompt', 'a red balloon'),
    ]);
    expect(response.status).toBe(200);
    const count = await differences(original, await onlyPicture(response));
    expect(count.outside).toBe(0);
    expect(count.inside).toBeGreaterThan(hole.width * hole.height * 0.9);
  });

  test('through the official SDK, with two images and a mask', async () => {
    const client = new OpenAI({ baseURL: `${sandbox.url}/v1`, apiKey: sandbox.key, maxRetries: 0 });
    const result = await client.images.edit({
      model: 'gpt-image-1',
      prompt: 'a red balloon',
      image: [
        await toFile(original, 'original.png', { type: 'image/png' }),
        await toFile(jpeg, 'other.jpg', { type: 'image/jpeg' }),
      ],
      mask: await toFile(await maskWithHole(200, 150, hole), 'mask.png', { type: 'image/png' }),
    });
    expect(result).toMatchObject({ size: '200x150', output_format: 'png' });
    const count = await differences(original, Buffer.from(result.data?.[0]?.b64_json ?? '', 'base64'));
    expect(count.outside).toBe(0);
    expect(count.inside).toBeGreaterThan(0);
  });

  test('mask_source transparency takes the transparent area of the image for the mask', async () => {
    const { data } = await pixelsOf(original);
    for (let row = hole.top; row < hole.top + hole.height; row++) {
      for (let column = hole.left; column < hole.left + hole.width; column++)
        data[(row * 200 + column) * 4 + 3] = 0;
    }
    const { default: sharp } = await import('sharp');
    const erased = await sharp(data, { raw: { width: 200, height: 150, channels: 4 } })
      .png()
      .toBuffer();
    const response = await postForm(sandbox, [
      file('image', erased),
      field('prompt', 'a red balloon'),
      field('mask_source', 'transparency'),
    ]);
    expect(response.status).toBe(200);
    const after = await onlyPicture(response);
    expect((await differences(erased, after)).outside).toBe(0);
    const drawn = await pixelsOf(after);
    expect(drawn.data.every((value, index) => index % 4 !== 3 || value === 255)).toBe(true);
  });

  test('output_format webp keeps the promise; jpeg is what was asked for', async () => {
    const mask = await maskWithHole(200, 150, hole);
    const edit = (format: string) =>
      postForm(sandbox, [
        file('image', original),
        file('mask', mask),
        field('prompt', 'a red balloon'),
        field('output_format', format),
      ]);
    const asWebp = await edit('webp');
    expect((await imagesOf(asWebp.clone())).output_format).toBe('webp');
    expect((await differences(original, await onlyPicture(asWebp))).outside).toBe(0);
    const asJpeg = await imagesOf(await edit('jpeg'));
    expect(asJpeg.output_format).toBe('jpeg');
    expect(asJpeg.size).toBe('200x150');
  });
});

describe('the official SDK', () => {
  test.each([1, 2])('edits with %i image(s)', async (count) => {
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
    const files = [
      await toFile(png, 'one.png', { type: 'image/png' }),
      await toFile(jpeg, 'two.jpg', { type: 'image/jpeg' }),
    ].slice(0, count);
    const [only] = files;
    const result = await client.images.edit({
      model: 'gemini-2.5-flash-image',
      prompt: 'add a hat',
      image: count === 1 && only !== undefined ? only : files,
      n: 1,
    });
    expect(result.data?.[0]?.b64_json).toBe(tinyPng);
    expect(asked().parts).toEqual([
      ...[part(png, 'image/png'), part(jpeg, 'image/jpeg')].slice(0, count),
      text,
    ]);
  });
});
