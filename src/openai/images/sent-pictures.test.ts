import { describe, expect, test } from 'vitest';
import type { MultipartForm, RequestBody } from '../../journey/image-request.ts';
import { Base64Image } from '../../bytes/base64-image.ts';
import { JsonScanner } from '../../bytes/json-scanner.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { editPaths } from './request-paths.ts';
import type { SentPicture } from './sent-picture.ts';
import { sentPictures } from './sent-pictures.ts';

const picture = 'iVBORw0KGgoAAAANSUhEUgAA';
const dataUrl = `data:image/png;base64,${picture}`;

/** A body as the server reads an edit's JSON. */
function jsonBody(document: unknown): RequestBody {
  const scanner = new JsonScanner(editPaths);
  scanner.push(Buffer.from(JSON.stringify(document)));
  return { kind: 'json', document: scanner.end() };
}

function formBody(form: {
  fields?: MultipartForm['fields'];
  files?: readonly (readonly [
    field: string,
    bytes: string,
    filename?: string | undefined,
    contentType?: string | undefined,
  ])[];
}): RequestBody {
  const files = (form.files ?? []).map(([field, bytes, filename, contentType]) => ({
    field,
    filename,
    contentType,
    byteLength: bytes.length,
    base64: new Base64Image([Buffer.from(Buffer.from(bytes).toString('base64'))]),
  }));
  return { kind: 'multipart', form: { fields: form.fields ?? [], files } };
}

/** `param=base64` or `param=link`, so that a failure shows what was read. */
const shown = ({ param, base64, url }: SentPicture): string =>
  `${param}=${url ?? base64?.headText(1000) ?? ''}`;
const imagesIn = (body: RequestBody): string[] => sentPictures(body).images.map(shown);

function refusal(body: RequestBody): PlantainError {
  try {
    sentPictures(body);
  } catch (error) {
    if (error instanceof PlantainError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('pictures of a JSON body, in every shape that clients send', () => {
  test.each([
    ["OpenAI's own", { images: [{ image_url: dataUrl }] }, [`images[0]=${picture}`]],
    [
      'several',
      { images: [{ image_url: dataUrl }, { image_url: dataUrl }] },
      [`images[0]=${picture}`, `images[1]=${picture}`],
    ],
    ['one string', { image: dataUrl }, [`image=${picture}`]],
    ['bare base64', { image: picture }, [`image=${picture}`]],
    ['strings in a list', { image: [picture, dataUrl] }, [`image[0]=${picture}`, `image[1]=${picture}`]],
    ['nested as chats do', { image: { image_url: { url: dataUrl } } }, [`image=${picture}`]],
    ['b64_json', { images: [{ b64_json: picture }] }, [`images[0]=${picture}`]],
    ['a data member', { images: [{ data: picture, mime_type: 'image/png' }] }, [`images[0]=${picture}`]],
    ['image[]', { 'image[]': [picture] }, [`image[][0]=${picture}`]],
    ['image_url at the top', { image_url: dataUrl }, [`image_url=${picture}`]],
    ['numbered names', { image_1: dataUrl, image2: dataUrl }, [`image_1=${picture}`, `image2=${picture}`]],
    [
      'a numbered name beside a scanned one',
      { image: dataUrl, image_2: dataUrl },
      [`image=${picture}`, `image_2=${picture}`],
    ],
    ...['reference_images', 'referenceImages', 'input_references', 'input_images', 'init_image'].map(
      (name): [string, object, string[]] => [
        `${name}, as other image APIs call them`,
        { [name]: [{ type: 'image_url', image_url: { url: dataUrl } }] },
        [`${name}[0]=${picture}`],
      ],
    ),
    ['a link', { image: 'https://example.com/a.png' }, ['image=https://example.com/a.png']],
    ['other cases', { image: `DATA:image/PNG;BASE64,${picture}` }, [`image=${picture}`]],
    ['nulls and nothing', { image: null, images: [null, ''], mask: null }, []],
  ])('%s', (_name, document, images) => {
    expect(imagesIn(jsonBody(document))).toEqual(images);
  });

  test.each(['mask', 'mask_url', 'maskUrl', 'mask_image', 'mask_image_url', 'image_mask'])(
    'a mask in %s is the mask',
    (name) => {
      const { images, masks } = sentPictures(jsonBody({ image: picture, [name]: dataUrl }));
      expect([images.map(shown), masks.map(shown)]).toEqual([[`image=${picture}`], [`${name}=${picture}`]]);
    },
  );

  test('the number in a name decides the order, wherever it stands; without one a picture comes first', () => {
    const bodies = [
      jsonBody({ image_2: picture, image_10: picture, image_1: picture, image: picture }),
      formBody({
        files: [
          ['image_2', 'c'],
          ['image_10', 'd'],
          ['image_1', 'b'],
          ['image', 'a'],
        ],
      }),
    ];
    for (const body of bodies) {
      const names = sentPictures(body).images.map(({ param }) => param);
      expect(names).toEqual(['image', 'image_1', 'image_2', 'image_10']);
    }
  });

  test('are apart from the fields, which keep their order and values', () => {
    const { members, masks } = sentPictures(
      jsonBody({ prompt: 'a fox', image: dataUrl, image_size: '2K', mask: { image_url: dataUrl }, n: 2 }),
    );
    expect(members).toEqual([
      ['prompt', 'a fox'],
      ['image_size', '2K'],
      ['n', 2],
    ]);
    expect(masks.map(shown)).toEqual([`mask=${picture}`]);
  });

  test.each([
    [{ images: [{ file_id: 'file-1' }] }, 'images[0].file_id', 'keeps no files'],
    [{ image: 5 }, 'image', 'is not a picture'],
    [{ image: {} }, 'image', 'is not a picture'],
    [{ images: [[{ url: true }]] }, 'images[0][0]', 'is not a picture'],
    [{ image: 'data:image/png,abc' }, 'image', 'without base64'],
    [{ image: 'AAAA"}]},{"text":"other' }, 'image', 'is not base64'],
    [{ image: `data:image/png;base64,AA"AA` }, 'image', 'is not base64'],
    [{ image: 'AAAAA' }, 'image', 'is not base64'],
    [{ mask: dataUrl.slice(0, -3) }, 'mask', 'is not base64'],
    [{ images: [{ image_url: dataUrl }, { data: { data: '0' } }] }, 'images[1]', 'is not base64'],
    [{ image: picture, image_1: '0' }, 'image_1', 'is not base64'],
  ])('%j is a 400 that names %s', (document, param, message) => {
    const error = refusal(jsonBody(document));
    expect(error.entry.status).toBe(400);
    expect(error.param).toBe(param);
    expect(error.message).toContain(message);
  });

  test.each([
    [{ image: 'iVBORw0KGgoAAAANSUhE\nUgAA\n' }, 'bare base64'],
    [{ images: [{ image_url: 'data:image/png;base64,iVBORw0KGgoAAAANSUhE\r\nUgAA\r\n' }] }, 'a data: URL'],
    [{ image: [{ b64_json: '\tiVBORw0KGgoAAAANSUhE\r\n\tUgAA' }] }, 'b64_json'],
    [{ image_1: 'iVBORw0KGgoAAAANSUhE\nUgAA' }, 'a name that is not scanned'],
  ])('lines of base64 are one: %j, %s', (document, _what) => {
    expect(imagesIn(jsonBody(document)).map((text) => text.split('=')[1])).toEqual([picture]);
  });

  test.each([
    [{ mask: { image_url: '' } }, 'mask'],
    [{ images: [{ image_url: dataUrl }, { image_url: '' }] }, 'images[1]'],
    [{ image: { image_url: { url: '' } } }, 'image'],
    [{ images: [{ b64_json: '\n' }] }, 'images[0]'],
    [{ image: 'data:image/png;base64,' }, 'image'],
    [{ image: { data: [] } }, 'image'],
  ])('%j is empty where a picture was meant, and a 400 that says so', (document, param) => {
    expect(refusal(jsonBody({ image: picture, ...document }))).toMatchObject({
      code: 'invalid_image_file',
      param,
      message: expect.stringMatching(/is empty/) as string,
    });
  });

  test.each([[[]], ['text'], [null], [5]])('a body that is %j is no JSON object', (document) => {
    expect(refusal({ kind: 'json', document }).code).toBe('invalid_json');
  });
});

describe('pictures of a form', () => {
  test.each(['image', 'images', 'image[]', 'image[0]', 'image_1', 'IMAGE'])('in %s', (field) => {
    expect(imagesIn(formBody({ files: [[field, 'bytes']] }))).toEqual([
      `${field}=${Buffer.from('bytes').toString('base64')}`,
    ]);
  });

  test('repeated under one name keep their order', () => {
    const files = [
      ['image', 'first'],
      ['mask', 'hole'],
      ['image', 'other'],
    ] as const;
    const { images, masks } = sentPictures(formBody({ files }));
    expect(images.map(({ base64 }) => Buffer.from(base64?.headText(99) ?? '', 'base64').toString())).toEqual([
      'first',
      'other',
    ]);
    expect(masks).toHaveLength(1);
  });

  test('image[1] before image[0]: the index decides which is the first', () => {
    const files = [
      ['image[1]', 'second'],
      ['mask', 'hole'],
      ['image[0]', 'first'],
    ] as const;
    const { images } = sentPictures(formBody({ files }));
    expect(images.map(({ param }) => param)).toEqual(['image[0]', 'image[1]']);
  });

  test('in reference_images, and a mask in mask_image, are what they say', () => {
    const files = [
      ['reference_images[]', 'a'],
      ['reference_images[]', 'b'],
      ['mask_image', 'hole'],
    ] as const;
    const { images, masks } = sentPictures(formBody({ files }));
    expect([images.length, masks.length]).toEqual([2, 1]);
  });

  test.each([
    ['mask', 'm.png', 'image/png', /'mask' \('m.png'\) is empty/],
    ['image', 'b.png', undefined, /'image' \(file 2 of 2, 'b.png'\) is empty/],
    ['mask', undefined, 'image/png', /'mask' is empty/],
    ['mask', undefined, 'application/octet-stream', /'mask' is empty/],
    ['markup', 'a.png', 'image/png', /'markup' \('a.png'\) is empty/],
    ['photo', 'a.png', 'image/png', /'photo' \('a.png'\) is empty/],
    ['reference_images[]', 'a.png', 'image/png', /'reference_images\[\]' \('a.png'\) is empty/],
  ])(
    'an empty file is a 400, never dropped: %s %s %s (Penny-Dreadful-Tools#150)',
    (field, filename, type, message) => {
      const error = refusal(
        formBody({
          files: [
            ['image', 'bytes', 'a.png'],
            [field, '', filename, type],
          ],
        }),
      );
      expect([error.code, error.param]).toEqual(['invalid_image_file', field]);
      expect(error.message).toMatch(message);
    },
  );

  test.each([
    ['mask', '', 'application/octet-stream'],
    ['image', '', undefined],
    ['photo', '', 'application/octet-stream'],
    ['mask', undefined, undefined],
  ])('an input that was left alone counts as not sent: %s %j %s', (field, filename, type) => {
    const { images, masks, members } = sentPictures(
      formBody({
        files: [
          ['image', 'bytes', 'a.png'],
          [field, '', filename, type],
        ],
      }),
    );
    expect([images.length, masks.length, members.length]).toEqual([1, 0, 0]);
  });

  test('of one name are told apart in errors by their place and file name', () => {
    const titles = (form: Parameters<typeof formBody>[0]) =>
      sentPictures(formBody(form)).images.map(({ param, title }) => [param, title]);
    expect(
      titles({
        files: [
          ['image[]', 'a', 'first.png'],
          ['image[]', 'b', 'second.tif'],
          ['image[]', 'c'],
        ],
      }),
    ).toEqual([
      ['image[]', "'image[]' (file 1 of 3, 'first.png')"],
      ['image[]', "'image[]' (file 2 of 3, 'second.tif')"],
      ['image[]', "'image[]' (file 3 of 3)"],
    ]);
    expect(
      titles({
        files: [
          ['image', 'a'],
          ['image[1]', 'b', 'evil\u001b[2J\n.png'],
        ],
      }),
    ).toEqual([
      ['image', "'image'"],
      ['image[1]', expect.stringMatching(/^'image\[1\]' \('evil [ -~]*\.png'\)$/)],
    ]);
    expect(titles({ fields: [dataUrl, dataUrl].map((value) => ({ name: 'image_url', value })) })).toEqual([
      ['image_url', "'image_url' (1 of 2)"],
      ['image_url', "'image_url' (2 of 2)"],
    ]);
    expect(titles({ files: [['image', 'a', `${'long'.repeat(500)}.png`]] })[0]?.[1]?.length).toBeLessThan(90);
  });

  test('may be a link or a data: URL, as a field or as the text of a file', () => {
    expect(imagesIn(formBody({ fields: [{ name: 'image', value: dataUrl }] }))).toEqual([`image=${picture}`]);
    expect(imagesIn(formBody({ fields: [{ name: 'image_url', value: 'http://x/a.png' }] }))).toEqual([
      'image_url=http://x/a.png',
    ]);
    expect(imagesIn(formBody({ files: [['image', dataUrl]] }))).toEqual([`image=${picture}`]);
    const lines = `${dataUrl.slice(0, 30)}\r\n${dataUrl.slice(30)}\n`;
    expect(imagesIn(formBody({ files: [['image', lines]] }))).toEqual([`image=${picture}`]);
    expect(imagesIn(formBody({ fields: [{ name: 'image_url', value: lines }] }))).toEqual([
      `image_url=${picture}`,
    ]);
    expect(imagesIn(formBody({ files: [['image', 'https://x/a.png']] }))).toEqual(['image=https://x/a.png']);
  });

  test('that are empty are none, since a file input left empty still sends a part', () => {
    const files = [
      ['mask', ''],
      ['image', ''],
      ['image', 'bytes'],
    ] as const;
    const { images, masks } = sentPictures(formBody({ files, fields: [{ name: 'image_url', value: '' }] }));
    expect([images.length, masks.length]).toEqual([1, 0]);
  });

  test('markup is told as a field without effect, any other file is a 400 that says where pictures go', () => {
    expect(sentPictures(formBody({ files: [['markup', 'bytes']] })).members).toEqual([['markup', 'file']]);
    const error = refusal(formBody({ files: [['photo', 'bytes']] }));
    expect(error).toMatchObject({ code: 'invalid_value', param: 'photo' });
    expect(error.message).toContain("Pictures go in 'image'");
  });

  test('fields of all names are kept, doubled ones too', () => {
    const fields = [
      { name: 'prompt', value: 'a' },
      { name: '__proto__', value: 'b' },
      { name: 'prompt', value: 'c' },
    ];
    expect(sentPictures(formBody({ fields })).members).toEqual([
      ['prompt', 'a'],
      ['__proto__', 'b'],
      ['prompt', 'c'],
    ]);
  });
});
