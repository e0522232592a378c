import { describe, expect, test } from 'vitest';
import type { MultipartForm, RequestBody } from '../../journey/image-request.ts';
import { Base64Image } from '../../bytes/base64-image.ts';
import { JsonScanner } from '../../bytes/json-scanner.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { editPaths } from './request-paths.ts';
import { type SentPicture, sentPictures } from './sent-pictures.ts';

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
  files?: readonly (readonly [field: string, bytes: string])[];
}): RequestBody {
  const files = (form.files ?? []).map(([field, bytes]) => ({
    field,
    filename: undefined,
    contentType: undefined,
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

  test('may be a link or a data: URL, as a field or as the text of a file', () => {
    expect(imagesIn(formBody({ fields: [{ name: 'image', value: dataUrl }] }))).toEqual([`image=${picture}`]);
    expect(imagesIn(formBody({ fields: [{ name: 'image_url', value: 'http://x/a.png' }] }))).toEqual([
      'image_url=http://x/a.png',
    ]);
    expect(imagesIn(formBody({ files: [['image', dataUrl]] }))).toEqual([`image=${picture}`]);
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
