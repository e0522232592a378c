import { expect, test } from 'vitest';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { flattenFields } from './flatten-fields.ts';
import { readFields } from './read-fields.ts';
import { sentSize } from './sent-size.ts';

const read = (body: object) => sentSize(readFields(flattenFields(Object.entries(body)), true));

function refusal(body: object): PlantainError {
  try {
    read(body);
  } catch (error) {
    if (error instanceof PlantainError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

const pixels = { kind: 'pixels', size: { widthPx: 1024, heightPx: 768 } };

test.each([
  [{ size: '1024 X 768' }, { name: 'size', text: '1024 X 768', wish: pixels }],
  [
    { width: 1024, height: '768' },
    { name: 'width', text: '1024x768', wish: pixels },
  ],
  [
    { width: 1024, height: 768, size: '1024x768' },
    { name: 'size', text: '1024x768', wish: pixels },
  ],
  [
    { width: 1024, height: 768, size: 'auto' },
    { name: 'width', text: '1024x768', wish: pixels },
  ],
  [{ size: 'auto' }, { name: 'size', text: 'auto', wish: { kind: 'auto' } }],
  [{ size: '', width: null }, undefined],
])('%j is one size: pixels count beside auto', (body, sent) => {
  expect(read(body)).toEqual(sent);
});

test.each(['1024x1024', '16:9', '2K'])('width and height are never dropped for a size of %s', (size) => {
  expect(refusal({ image_config: { width: 300 }, height: 5000, size })).toMatchObject({
    code: 'invalid_value',
    param: 'image_config.width',
    message: "'image_config.width' and 'size' are the same parameter with different values. Send it once.",
  });
});

test.each([
  ['width', 'height', {}],
  ['height', 'width', {}],
  ['width', 'height', { size: '1024x1024' }],
  ['height', 'width', { size: 'auto' }],
])('a %s alone is a 400 that misses the %s: beside %j', (sent, missing, rest) => {
  const error = refusal({ [sent]: 1024, ...rest });
  expect(error).toMatchObject({ code: 'missing_parameter', param: missing });
  expect(error.message).toContain(`'${missing}', which goes with '${sent}'`);
});
