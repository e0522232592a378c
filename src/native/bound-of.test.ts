import { describe, expect, test } from 'vitest';
import { loadTestModels } from '../../test/support/test-models.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { askedSize, boundOf, wantsPicture } from './bound-of.ts';
import type { Members } from './members.ts';
import { type RequestContents, readContents } from './request-contents.ts';

const model = {
  inputTokenLimit: 10_000,
  outputTokenLimit: 8000,
  inputImageTokens: 258,
  imageTokens: { '1K': 1120, '2K': 1680 },
  imageSizes: ['1K', '2K', '4K'],
  defaultImageSize: '1K',
  sendsImageSize: true,
  maxPicturesPerCall: 2,
  maxThinkingTokens: 3000,
} as unknown as CatalogueModel;
const none = readContents({});
const pictures = (count: number) =>
  Array.from({ length: count }, () => ({})) as unknown as RequestContents['pictures'];
const sized = (imageSize: unknown) => ({ generationConfig: { imageConfig: { imageSize } } });
const bound = (body: Members, contents: Partial<RequestContents> = {}, given: Partial<CatalogueModel> = {}) =>
  boundOf(body, { ...model, ...given }, { ...none, ...contents }, 100);

describe('the size that a request asks for', () => {
  test.each([
    [{}, '1K'],
    [sized(''), '1K'],
    [sized('2K'), '2K'],
    [{ generation_config: { image_config: { image_size: '4K' } } }, '4K'],
    [sized('9K'), undefined],
    [{ generationConfig: { responseFormat: {} } }, undefined],
  ])('of %j is %s', (body, size) => {
    expect(askedSize(body, model)).toBe(size);
  });

  test('is the model’s own where the model takes none', () => {
    expect(askedSize(sized('2K'), { ...model, sendsImageSize: false })).toBe('1K');
  });
});

test.each([
  [undefined, true],
  [[], true],
  [['TEXT', 'IMAGE'], true],
  ['image', true],
  [['TEXT'], false],
])('of the modalities %j it is %s that a picture is wanted', (responseModalities, wanted) => {
  expect(wantsPicture({ generationConfig: { responseModalities } })).toBe(wanted);
});

describe('the most that a call can be charged for', () => {
  test('adds up: text by the byte, its pictures, what it draws, and all it may write', () => {
    expect(bound({}, { pictures: pictures(2) })).toEqual({
      usage: {
        inputTokens: 2340,
        inputTextTokens: 100,
        inputImageTokens: 2240,
        outputTokens: 10_240,
        outputImageTokens: 2240,
        outputTextTokens: 8000,
        totalTokens: 12_580,
      },
      tier: 'standard',
      searches: 0,
    });
  });

  test('counts a picture at the model’s own count where that is dearer', () => {
    const { usage } = bound({}, { pictures: pictures(1) }, { inputImageTokens: 2000 });
    expect(usage.inputImageTokens).toBe(2000);
  });

  test('has no more input than the model takes', () => {
    const all = { inputTokens: 10_000, inputImageTokens: 10_000, inputTextTokens: 0 };
    expect(bound({}, { pictures: pictures(50) }).usage).toMatchObject(all);
    const { usage } = boundOf({}, model, { ...none, pictures: pictures(1) }, 1_000_000);
    expect(usage).toMatchObject({ inputTokens: 10_000, inputTextTokens: 10_000 - 1120 });
  });

  test.each<[string, Members, Partial<RequestContents>]>([
    ['a film', {}, { hasOtherMedia: true }],
    ['a signature', {}, { signed: [{}] }],
    ['a file', {}, { files: [{ part: {}, uri: 'x', mimeType: undefined, isNested: false }] }],
    ['a resolution of media', { generationConfig: { mediaResolution: 'LOW' } }, {}],
  ])('has all the input that the model takes where %s cannot be counted', (_what, body, contents) => {
    expect(bound(body, contents).usage).toMatchObject({ inputTokens: 10_000, inputTextTokens: 10_000 });
  });

  test.each([
    ['1K', 1120],
    ['2K', 1680],
    ['4K', 1680],
    ['9K', 1680],
  ])('draws pictures of %s at %i tokens; of a tier without a price at the dearest', (size, tokens) => {
    expect(bound(sized(size)).usage.outputImageTokens).toBe(2 * tokens);
  });

  test.each([
    [{}, 8000],
    [{ maxOutputTokens: 100 }, 100],
    [{ maxOutputTokens: '100' }, 100],
    [{ maxOutputTokens: 99.5 }, 100],
    [{ maxOutputTokens: 1 }, 1],
    [{ maxOutputTokens: 0 }, 8000],
    [{ maxOutputTokens: 'x' }, 8000],
    [{ maxOutputTokens: 90_000 }, 8000],
    [{ responseModalities: ['TEXT', 'IMAGE'] }, 8000],
    [{ responseModalities: ['IMAGE'] }, 3000],
    [{ responseModalities: ['image'], maxOutputTokens: 100 }, 100],
  ])('writes as much as %j allows: %i tokens', (generationConfig, tokens) => {
    expect(bound({ generationConfig }).usage.outputTextTokens).toBe(tokens);
  });
});

const known =
  loadTestModels().find(({ id }) => id === 'gemini-nano-banana-2.1') ?? expect.fail('no such model');
const boundOfKnown = (body: Members) => boundOf(body, known, { ...none, prompt: 'a fox' }, 5);

test.each([
  [undefined, 'standard'],
  ['', 'standard'],
  ['SERVICE_TIER_UNSPECIFIED', 'standard'],
  ['standard', 'standard'],
  ['FLEX', 'flex'],
  ['SERVICE_TIER_PRIORITY', 'priority'],
  ['one that nobody knows', 'priority'],
])('the service tier %j is bound by the prices of %s', (serviceTier, tier) => {
  expect(boundOfKnown({ serviceTier }).tier).toBe(tier);
  expect(boundOfKnown({ service_tier: serviceTier }).tier).toBe(tier);
});

test.each([
  [[], 5, 0],
  [[{ functionDeclarations: [] }], 5, 0],
  [[{ function_declarations: [] }], 5, 0],
  // What these find goes into the prompt, and how much that is nobody can tell.
  [[{ googleSearch: {} }], known.inputTokenLimit, 5],
  [[{ google_search: {} }], known.inputTokenLimit, 5],
  [[{ urlContext: {} }], known.inputTokenLimit, 0],
  [[{ functionDeclarations: [], codeExecution: {} }], known.inputTokenLimit, 0],
])('with the tools %j up to %i tokens of input are reserved, and %i searches', (tools, tokens, searches) => {
  expect(boundOfKnown({ tools })).toMatchObject({ usage: { inputTokens: tokens }, searches });
});
