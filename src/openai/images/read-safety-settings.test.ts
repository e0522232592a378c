import { describe, expect, test } from 'vitest';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { flattenFields } from './flatten-fields.ts';
import { readFields } from './read-fields.ts';
import { readSafetySettings } from './read-safety-settings.ts';

const harassment = { category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' } as const;
const hate = { category: 'HARM_CATEGORY_HATE_SPEECH', threshold: 'BLOCK_ONLY_HIGH' } as const;
const fieldsOf = (body: Readonly<Record<string, unknown>>) =>
  readFields(flattenFields(Object.entries(body)), false);

describe('safety_settings', () => {
  test.each([
    ['as they are', { safety_settings: [harassment] }],
    ['in camelCase', { safetySettings: [harassment] }],
    ["as Google's own layer takes them", { extra_body: { google: { safety_settings: [harassment] } } }],
    ['as the text of a form', { safety_settings: JSON.stringify([harassment]) }],
    [
      'in lower case',
      { safety_settings: [{ category: 'harm_category_harassment', threshold: ' block_none ' }] },
    ],
  ])('are read %s', (_how, body) => {
    expect(readSafetySettings(fieldsOf(body), [])).toEqual({ settings: [harassment], adaptations: [] });
  });

  test.each([
    ['a category that Gemini does not know', [{ ...harassment, category: 'HARM_CATEGORY_MEDICAL' }]],
    ['a threshold that it does not know', [{ ...harassment, threshold: 'BLOCK_SOME' }]],
    ['more than a category and a threshold', [{ ...harassment, method: 'SEVERITY' }]],
    ['a category alone', [{ category: harassment.category }]],
    ['a category twice', [harassment, { ...harassment, threshold: 'OFF' }]],
    ['no list', { category: 'HARM_CATEGORY_HARASSMENT' }],
    ['text that is no JSON', '[oops'],
    ['a list of words', ['HARM_CATEGORY_HARASSMENT']],
  ])('with %s are refused', (_what, value) => {
    const read = () => fieldsOf({ safety_settings: value });
    expect(read).toThrow(PlantainError);
    expect(read).toThrow(
      expect.objectContaining({ code: 'invalid_value', param: 'safety_settings' }) as Error,
    );
  });

  test("the operator's pins win and count for everybody; the caller's other categories are kept", () => {
    const pin = { category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_LOW_AND_ABOVE' } as const;
    expect(readSafetySettings(fieldsOf({ safetySettings: [harassment, hate] }), [pin])).toEqual({
      settings: [pin, hate],
      adaptations: [
        {
          parameter: 'safetySettings',
          action: 'mapped',
          from: 'HARM_CATEGORY_HARASSMENT=BLOCK_NONE',
          to: 'BLOCK_LOW_AND_ABOVE',
          reason: 'pinned-by-the-operator',
        },
      ],
    });
    expect(readSafetySettings(fieldsOf({}), [pin])).toEqual({ settings: [pin], adaptations: [] });
    expect(readSafetySettings(fieldsOf({ safety_settings: [pin] }), [pin])).toEqual({
      settings: [pin],
      adaptations: [],
    });
  });
});

describe('tools', () => {
  test.each([
    [{ tools: [{ google_search: {} }] }, 'tools'],
    [{ tools: [{ codeExecution: {} }, { googleSearch: {} }] }, 'tools'],
    [{ extra_body: { google: { tools: [{ google_search: {} }] } } }, 'extra_body.google.tools'],
    [{ tools: '[{"google_search": {}}]' }, 'tools'],
  ])('%j is refused with the true reason: it costs, and no key allows it', (body, param) => {
    const read = () => fieldsOf(body);
    expect(read).toThrow(/charged by the query/);
    expect(read).toThrow(expect.objectContaining({ code: 'invalid_value', param }) as Error);
  });

  test.each([[{ tools: [] }], [{ tools: [{ function_declarations: [] }] }]])('%j is read', (body) => {
    expect(fieldsOf(body).values.tools).toEqual(body.tools);
  });
});
