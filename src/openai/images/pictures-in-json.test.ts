import { describe, expect, test } from 'vitest';
import { JsonScanner } from '../../bytes/json-scanner.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { flattenFields } from './flatten-fields.ts';
import { readFields } from './read-fields.ts';
import { editPaths } from './request-paths.ts';
import { sentPictures } from './sent-pictures.ts';

const picture = 'iVBORw0KGgoAAAANSUhEUgAA';
const dataUrl = `data:image/png;base64,${picture}`;

/** How many pictures an edit's JSON holds, and what of it is reported. */
function read(document: object, isStrict = false) {
  const scanner = new JsonScanner(editPaths);
  scanner.push(Buffer.from(JSON.stringify(document)));
  const { images, masks, members } = sentPictures({ kind: 'json', document: scanner.end() });
  const { adaptations } = readFields(flattenFields(members), isStrict);
  return { pictures: images.length + masks.length, adaptations };
}

function refusal(document: object, isStrict = false): PlantainError {
  try {
    read(document, isStrict);
  } catch (error) {
    if (error instanceof PlantainError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('what stands beside a picture in its object', () => {
  test.each([
    [{ images: [{ image_url: dataUrl, weight: 0.5 }] }, 'images[0].weight', 'unknown'],
    [{ images: [dataUrl, { image_url: dataUrl, detail: 'low' }] }, 'images[1].detail', 'no-effect'],
    [{ image: { image_url: { url: dataUrl, detail: 'low' } } }, 'image.image_url.detail', 'no-effect'],
    [{ mask: { image_url: dataUrl, feather: 3 } }, 'mask.feather', 'unknown'],
    [{ image_1: { data: picture, mimeType: 'image/png' } }, 'image_1.mimeType', 'unknown'],
    [{ image: { type: 'video_url', url: dataUrl } }, 'image.type', 'unknown'],
  ])('is reported, and refused in strict mode: %j', (document, parameter, reason) => {
    const { adaptations } = read(document);
    expect(adaptations).toEqual([{ parameter, action: 'ignored', reason }]);
    expect(refusal(document, true)).toMatchObject({ code: 'unknown_parameter', param: parameter });
  });

  test.each(['image_url', 'input_image'])('is none of that when it says that it is a picture: %s', (type) => {
    const document = { image: { type, image_url: { url: dataUrl }, detail: null, file_id: '' } };
    expect(read(document, true)).toEqual({ pictures: 1, adaptations: [] });
  });

  test.each([
    [{ image: { image_url: dataUrl, url: dataUrl.replace('AA', 'BB') } }, 'image.url', 'image.image_url'],
    [{ images: [{ b64_json: picture, data: 'QUJD' }] }, 'images[0].data', 'images[0].b64_json'],
    [{ mask: { data: { url: dataUrl, data: 'QUJD' } } }, 'mask.data.data', 'mask.data.url'],
  ])('is no second picture, which would be dropped: %j', (document, param, earlier) => {
    expect(refusal(document)).toMatchObject({
      code: 'invalid_value',
      param,
      message: `'${param}' and '${earlier}' are the same parameter with different values. Send it once.`,
    });
  });

  test('is not looked at when it is empty', () => {
    for (const empty of [null, '', '\n'])
      expect(read({ image: { image_url: empty, b64_json: picture } }, true).pictures).toBe(1);
  });

  test('may be no picture under a name that is not read', () => {
    expect(refusal({ image: { image_url: dataUrl, overlay: dataUrl } })).toMatchObject({
      code: 'invalid_value',
      param: 'image.overlay',
    });
  });
});
