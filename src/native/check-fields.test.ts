import { describe, expect, test } from 'vitest';
import { checkFields, tierOf } from './check-fields.ts';
import type { Members } from './members.ts';
import type { NativeRules } from './native-rules.ts';

const rules: NativeRules = {
  tools: ['googleSearch'],
  serviceTiers: ['standard', 'flex'],
  drafts: 'keep',
  remoteFiles: false,
  safetySettings: [],
};
const checked = (body: Members, given: Partial<NativeRules> = {}): Members => {
  checkFields(body, { ...rules, ...given });
  return body;
};
const refusal = (param: string, words = '') =>
  expect.objectContaining({
    code: 'invalid_value',
    param,
    message: expect.stringContaining(words) as string,
  }) as Error;

describe('the fields of a request', () => {
  test('that are passed on stay as they are, in either spelling', () => {
    const body = {
      contents: [],
      systemInstruction: {},
      generation_config: { candidateCount: 1, imageConfig: { imageSize: '1K' } },
      safety_settings: [],
      tools: [{ googleSearch: {} }],
      tool_config: {},
      serviceTier: 'flex',
    };
    expect(checked(structuredClone(body))).toEqual(body);
    expect(checked({ model: 'models/x', contents: [] })).toEqual({ contents: [] });
  });

  test.each([
    ['cachedContent', 'cachedContents/x', 'Send the content itself'],
    ['labels', { team: 'x' }, 'Leave them out'],
    ['store', true, 'Nothing is stored'],
    ['previousInteractionId', 'x', 'Send the whole conversation'],
    ['outputConfig', { gcs: 1 }, 'not written to a bucket'],
    ['generationOutputConfig', { gcs: 1 }, 'not written to a bucket'],
  ])('that reach beyond it are refused: %s', (name, value, words) => {
    expect(() => checked({ [name]: value })).toThrow(refusal(name, words));
    const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    expect(() => checked({ [snake]: value })).toThrow(refusal(name, words));
    // What says nothing is left out.
    expect(checked({ [snake]: '' })).toEqual({});
  });

  test('that nobody knows are refused by their name, of which a bounded piece is told', () => {
    expect(() => checked({ contents: [], contens: [] })).toThrow(
      refusal('contens', 'Unknown name "contens"'),
    );
    const long = 'y'.repeat(500);
    expect(() => checked({ [long]: 1 })).toThrow(refusal('y'.repeat(60), `"${'y'.repeat(100)}"`));
  });
});

describe('the configuration of a request', () => {
  test.each([undefined, 0, 1, '1'])('may ask for one candidate: %s', (candidateCount) => {
    const body = candidateCount === undefined ? {} : { generationConfig: { candidateCount } };
    expect(() => checked(body)).not.toThrow();
  });

  test.each([2, '2', -1, {}])('asks for no more than one: %s', (candidateCount) => {
    expect(() => checked({ generationConfig: { candidateCount } })).toThrow(refusal('candidateCount'));
  });

  test.each([[[]], ['x'], [5]])('is an object: not %j', (generationConfig) => {
    expect(() => checked({ generationConfig })).toThrow(refusal('generationConfig'));
  });

  test.each(['gcsUri', 'gcs_output', 'outputUri', 'output_uri', 'OutputGcs', 'output_config'])(
    'leads into no bucket, at any depth: %s',
    (name) => {
      for (const config of [{ [name]: 'x' }, { imageConfig: { [name]: 'x' } }, { a: [1, [{ [name]: 'x' }]] }])
        expect(() => checked({ generationConfig: config })).toThrow(refusal(name, 'not written to a bucket'));
    },
  );

  test('may have a name that only ends like one of those', () => {
    expect(() => checked({ generationConfig: { myGcs: 1, maxOutputTokens: 5 } })).not.toThrow();
  });
});

describe('tools', () => {
  test('that the operator allows are passed on, in either spelling', () => {
    expect(() => checked({ tools: [{ google_search: {} }, { googleSearch: {} }] })).not.toThrow();
    expect(() => checked({ tools: { google_search: {} } })).not.toThrow();
    expect(() => checked({ tools: [] }, { tools: [] })).not.toThrow();
  });

  test('that he does not are refused, and he is told of the setting', () => {
    const tools = [{ googleSearch: {} }, { codeExecution: {} }];
    const words =
      "'codeExecution' is not allowed on this server. It allows googleSearch. The operator sets native.tools";
    expect(() => checked({ tools })).toThrow(refusal('tools', words));
    expect(() => checked({ tools }, { tools: [] })).toThrow(refusal('tools', 'It allows none.'));
    expect(() => checked({ tools: [{ ['z'.repeat(99)]: {} }] })).toThrow(
      refusal('tools', `'${'z'.repeat(60)}'`),
    );
  });
});

describe('the service tier', () => {
  test.each([
    [undefined, undefined],
    ['', undefined],
    ['unspecified', undefined],
    ['SERVICE_TIER_UNSPECIFIED', undefined],
    ['Flex', 'flex'],
    ['SERVICE_TIER_FLEX', 'flex'],
    ['my_service_tier_flex', 'my_service_tier_flex'],
    [5, '5'],
  ])('%s is %s', (serviceTier, tier) => {
    expect(tierOf({ serviceTier })).toBe(tier);
    expect(tierOf({ service_tier: serviceTier })).toBe(tier);
  });

  test('is one that the operator allows', () => {
    expect(() => checked({ serviceTier: 'FLEX' })).not.toThrow();
    expect(() => checked({ serviceTier: 'priority' })).toThrow(
      refusal('serviceTier', "'priority' is not allowed on this server. It allows standard, flex."),
    );
    expect(() => checked({ serviceTier: 'q'.repeat(99) })).toThrow(
      refusal('serviceTier', `'${'q'.repeat(40)}'`),
    );
  });
});

test('the operator’s safety settings take the place of the caller’s of the same category', () => {
  const pinned = [{ category: 'A', threshold: 'BLOCK_NONE' }] as unknown as NativeRules['safetySettings'];
  const own = [
    { category: 'A', threshold: 'x' },
    { category: 'B', threshold: 'y' },
  ];
  expect(checked({ safety_settings: own }, { safetySettings: pinned })).toEqual({
    safety_settings: [...pinned, own[1]],
  });
  expect(checked({}, { safetySettings: pinned })).toEqual({ safetySettings: pinned });
  expect(checked({ safetySettings: own })).toEqual({ safetySettings: own });
});
