import { describe, expect, test } from 'vitest';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { flattenFields } from './flatten-fields.ts';
import { pictureName } from './picture-names.ts';
import { readFields } from './read-fields.ts';

const dataUrl = 'data:image/png;base64,iVBORw0KGgo=';
const bareBase64 = 'iVBORw0KGgoAAAANSUhEUgAA'.repeat(10);

describe('a picture where none is read is refused, never dropped', () => {
  test.each([
    [{ extra_body: { image: dataUrl } }, 'extra_body.image'],
    [{ canvas: dataUrl }, 'canvas'],
    [{ control_image: 'https://example.com/a.png' }, 'control_image'],
    [{ subject_reference: [{ image_file: 'https://example.com/a.png' }] }, 'subject_reference'],
    [{ style_references: [{ url: dataUrl }] }, 'style_references'],
    [{ image_base64: bareBase64 }, 'image_base64'],
    [{ mask_b64: bareBase64 }, 'mask_b64'],
    [{ photo: { b64_json: bareBase64 } }, 'photo'],
    [{ messages: [{ content: [{ type: 'image_url', image_url: { url: dataUrl } }] }] }, 'messages'],
  ])('%j', (body, param) => {
    const read = () => readFields(flattenFields(Object.entries(body)), false);
    expect(read).toThrow(PlantainError);
    expect(read).toThrow(expect.objectContaining({ code: 'invalid_value', param }) as Error);
  });

  test.each([
    [{ image_style: 'anime', mask_blur: 4, reference_strength: 0.5 }],
    [{ callback_url: 'https://example.com/hook', metadata: { homepage: 'https://example.com' } }],
    [{ image_caption: `A lighthouse, ${'and waves '.repeat(20)}` }],
    [{ tags: ['image', 'https'], note: bareBase64 }],
  ])('what is no picture is only reported: %j', (body) => {
    const { adaptations } = readFields(flattenFields(Object.entries(body)), false);
    expect(adaptations.map(({ action }) => action)).toEqual(Object.keys(body).map(() => 'ignored'));
  });
});

test.each(['image_size', 'images_per_prompt', 'masked', 'imagery', `image${'x'.repeat(50)}`, 'image[a]', ''])(
  '%s is no name for a picture',
  (name) => {
    expect(pictureName(name)).toBeUndefined();
  },
);
