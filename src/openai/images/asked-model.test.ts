import { expect, test } from 'vitest';
import { loadCatalogue } from '../../routing/model-catalogue.ts';
import { askedModel } from './asked-model.ts';
import { flattenFields } from './flatten-fields.ts';
import { readFields } from './read-fields.ts';

const catalogue = loadCatalogue();
const flash = 'gemini-2.5-flash-image';
const pro = 'gemini-3-pro-image';

function asked(model: string | undefined, pathModel: string | undefined, isStrict = false) {
  const fields = readFields(flattenFields(Object.entries({ model })), isStrict);
  const { name, resolved, adaptations } = askedModel(
    (wanted) => catalogue.resolve(wanted),
    fields,
    pathModel,
    isStrict,
  );
  return { name, id: resolved.model.id, adaptations };
}

test.each([
  [undefined, undefined, '', catalogue.resolve('').model.id],
  [pro, undefined, pro, pro],
  [undefined, pro, pro, pro],
  [pro, pro, pro, pro],
  [`google/${pro}`, pro, pro, pro],
  [pro, `openai/${pro}`, `openai/${pro}`, pro],
])('%j in the body and %j in the path are one model, in strict mode too', (body, path, name, id) => {
  for (const isStrict of [false, true])
    expect(asked(body, path, isStrict)).toEqual({ name, id, adaptations: [] });
});

test.each([
  ['a model of another price', pro],
  ['a name that clients have in their code', 'gpt-image-1'],
  ['a name that nobody knows here', 'my-model'],
  ['another shape', `${flash}-16x9`],
])(
  "a deployment's path decides over the body, which is told, and refused in strict mode: %s",
  (_what, body) => {
    expect(asked(body, flash)).toEqual({
      name: flash,
      id: flash,
      adaptations: [{ parameter: 'model', action: 'ignored', from: body, reason: 'path-decides' }],
    });
    expect(() => asked(body, flash, true)).toThrow(
      expect.objectContaining({ code: 'unknown_parameter', param: 'model' }) as Error,
    );
  },
);

test('a deployment that nobody knows is refused, whatever the body says', () => {
  expect(() => asked(flash, 'my-deployment')).toThrow(
    expect.objectContaining({ code: 'model_not_found', param: 'model' }) as Error,
  );
});
