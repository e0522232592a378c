import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CountedCall } from '../http/told-usage.ts';
import { mapUsage as mapTold } from './usage.ts';

const text = (tokenCount: number) => ({ modality: 'TEXT', tokenCount });
const image = (tokenCount: number) => ({ modality: 'IMAGE', tokenCount });
const generation = { hasReferences: false, hasImage: true };
const model = { inputTokenLimit: 65_536, outputTokenLimit: 32_768 };
const told = (given: Parameters<typeof mapTold>[0], call: Omit<CountedCall, 'model'> = generation) =>
  mapTold(given, { ...call, model });
const mapUsage = (given: Parameters<typeof mapTold>[0], call: Omit<CountedCall, 'model'>) =>
  told(given, call).usage;

/** As the parser gives it: every field there, absent ones undefined. */
function usage(fields: Partial<NonNullable<Parameters<typeof mapTold>[0]>>) {
  return {
    promptTokenCount: undefined,
    candidatesTokenCount: undefined,
    thoughtsTokenCount: undefined,
    totalTokenCount: undefined,
    promptTokensDetails: undefined,
    candidatesTokensDetails: undefined,
    ...fields,
  };
}

describe('mapUsage', () => {
  test('counts a plain picture', () => {
    const counted = mapUsage(
      usage({
        promptTokenCount: 10,
        candidatesTokenCount: 1290,
        totalTokenCount: 1300,
        promptTokensDetails: [text(10)],
        candidatesTokensDetails: [image(1290)],
      }),
      generation,
    );
    expect(counted).toEqual({
      inputTokens: 10,
      inputTextTokens: 10,
      inputImageTokens: 0,
      outputTokens: 1290,
      outputImageTokens: 1290,
      outputTextTokens: 0,
      totalTokens: 1300,
    });
  });

  test('counts thinking as text output, whether candidates include it or not', () => {
    const counted = mapUsage(
      usage({
        promptTokenCount: 268,
        candidatesTokenCount: 1120,
        thoughtsTokenCount: 200,
        totalTokenCount: 1588,
        promptTokensDetails: [text(10), image(258)],
        candidatesTokensDetails: [image(1120)],
      }),
      { hasReferences: true, hasImage: true },
    );
    expect(counted).toMatchObject({ inputImageTokens: 258, outputTokens: 1320, outputTextTokens: 200 });
  });

  test('what tools brought to the prompt is input, by its kind, whether the total has it or not', () => {
    const fields = {
      promptTokenCount: 25,
      toolUsePromptTokenCount: 310,
      candidatesTokenCount: 1200,
      thoughtsTokenCount: 150,
      promptTokensDetails: [text(25)],
      toolUsePromptTokensDetails: [text(52), image(258)],
      candidatesTokensDetails: [image(1120)],
    };
    for (const totalTokenCount of [25 + 310 + 1350, 25 + 1350, undefined])
      expect(mapUsage(usage({ ...fields, totalTokenCount }), generation)).toEqual({
        inputTokens: 335,
        inputTextTokens: 77,
        inputImageTokens: 258,
        outputTokens: 1350,
        outputImageTokens: 1120,
        outputTextTokens: 230,
        totalTokens: 1685,
      });
    expect(told(usage({ ...fields, toolUsePromptTokenCount: -1 })).oddity).toContain('is no count');
  });

  test('a refusal has a prompt and thinking, and no picture', () => {
    const counted = mapUsage(usage({ promptTokenCount: 12, totalTokenCount: 112 }), {
      hasReferences: false,
      hasImage: false,
    });
    expect(counted).toMatchObject({ inputTokens: 12, outputTokens: 100, outputImageTokens: 0 });
  });

  test('of details that name the text of the prompt alone, the rest is its pictures', () => {
    const counts = { promptTokenCount: 533, candidatesTokenCount: 1290, totalTokenCount: 1823 };
    const details = { promptTokensDetails: [text(6)], candidatesTokensDetails: [image(1290)] };
    const edit = { hasReferences: true, hasImage: true };
    expect(mapUsage(usage({ ...counts, ...details }), edit)).toMatchObject({
      inputTextTokens: 6,
      inputImageTokens: 527,
    });
    const mislabelled = { ...counts, ...details, promptTokensDetails: [text(533)] };
    expect(told(usage(mislabelled), edit)).toEqual({ usage: undefined });
  });

  test.each([
    ['TEXT alone', [text(1290)]],
    ['something else alone', [{ modality: 'AUDIO', tokenCount: 1290 }]],
    ['nothing', []],
  ])('BerriAI/litellm#18182: a picture whose details name %s is not counted as text', (_name, details) => {
    const given = usage({
      promptTokenCount: 10,
      candidatesTokenCount: 1290,
      totalTokenCount: 1300,
      promptTokensDetails: [text(10)],
      candidatesTokensDetails: details,
    });
    expect(told(given)).toEqual({ usage: undefined });
  });

  test('what an entry of the details does not count is nothing, and one without a modality is no picture', () => {
    const details = [{ modality: 'IMAGE' }, image(600), image(690), { tokenCount: 10 }, text(5)];
    const given = usage({ promptTokenCount: 10, totalTokenCount: 1315, candidatesTokensDetails: details });
    expect(mapUsage(given, generation)).toMatchObject({ outputImageTokens: 1290, outputTextTokens: 15 });
  });

  test('without a total it is the sum of what is told', () => {
    const told = { promptTokenCount: 10, candidatesTokensDetails: [image(4)] };
    expect(mapUsage(usage({ ...told, candidatesTokenCount: 4 }), generation)?.totalTokens).toBe(14);
    const thinking = usage({ ...told, candidatesTokenCount: 4, thoughtsTokenCount: 3 });
    expect(mapUsage(thinking, generation)?.totalTokens).toBe(17);
    expect(mapUsage(usage({ promptTokenCount: 10 }), { ...generation, hasImage: false })?.totalTokens).toBe(
      10,
    );
  });

  test.each([
    ['a text', 'lots', 'promptTokenCount lots is no count'],
    ['a fraction', 1.5, 'promptTokenCount 1.5 is no count'],
    ['an object', {}, 'promptTokenCount of type object is no count'],
  ])('%s is told as it came', (_what, promptTokenCount, oddity) => {
    const fields = { promptTokenCount } as unknown as Parameters<typeof usage>[0];
    expect(told(usage(fields)).oddity).toBe(oddity);
  });

  test('a modality in lower case is the same', () => {
    const given = usage({
      promptTokenCount: 10,
      totalTokenCount: 1300,
      candidatesTokensDetails: [{ modality: 'image', tokenCount: 1290 }],
    });
    expect(mapUsage(given, generation)).toMatchObject({ outputImageTokens: 1290 });
  });

  test.each([
    ['no usage', undefined, generation],
    ['null', null, generation],
    ['no prompt count', usage({ totalTokenCount: 5 }), generation],
    ['a picture without details', usage({ promptTokenCount: 10, totalTokenCount: 1300 }), generation],
    [
      'references without details',
      usage({ promptTokenCount: 10, totalTokenCount: 10 }),
      { hasReferences: true, hasImage: false },
    ],
    [
      'more picture tokens than tokens',
      usage({ promptTokenCount: 10, totalTokenCount: 20, candidatesTokensDetails: [image(11)] }),
      generation,
    ],
  ])('%s: undefined instead of a guess', (_name, given, call) => {
    expect(mapUsage(given, call)).toBeUndefined();
  });

  const believed = { promptTokenCount: 10, candidatesTokenCount: 1290, totalTokenCount: 1300 };
  const detailed = { promptTokensDetails: [text(10)], candidatesTokensDetails: [image(1290)] };
  const odd = [-1, 1.5, '5', Number.POSITIVE_INFINITY, Number.NaN, 2 ** 53, 1e9, true, {}, []];
  test.each(odd)('a count of %s is none: nothing of the usage is believed, and it is told which', (count) => {
    for (const name of [
      'promptTokenCount',
      'candidatesTokenCount',
      'thoughtsTokenCount',
      'totalTokenCount',
    ]) {
      const given = told(usage({ ...believed, ...detailed, [name]: count }));
      expect(given.usage).toBeUndefined();
      expect(given).toMatchObject({ oddity: expect.stringContaining(name) as string });
    }
    for (const name of ['promptTokensDetails', 'candidatesTokensDetails']) {
      const given = told(
        usage({ ...believed, ...detailed, [name]: [{ modality: 'TEXT', tokenCount: count }] }),
      );
      expect(given).toMatchObject({ usage: undefined, oddity: expect.stringContaining(name) as string });
    }
  });

  test.each([
    ['a total below the prompt', { totalTokenCount: 9 }, 'below'],
    ['more output than the model can make', { totalTokenCount: 10 + 32_769 }, 'above'],
    ['more picture tokens than tokens', { candidatesTokensDetails: [image(1291)] }, 'details'],
    ['more reference tokens than prompt', { promptTokensDetails: [image(11)] }, 'details'],
    ['a picture that took no tokens', { candidatesTokensDetails: [image(0)] }, 'a picture of no tokens'],
  ])('%s is believed by nobody', (_name, fields, words) => {
    const given = told(usage({ ...believed, ...detailed, ...fields }));
    expect(given).toMatchObject({ usage: undefined, oddity: expect.stringContaining(words) as string });
  });

  test('counts up to the model’s limits are believed, and nulls are absent', () => {
    const most = {
      promptTokenCount: 65_536,
      candidatesTokenCount: 32_768,
      totalTokenCount: 65_536 + 32_768,
      thoughtsTokenCount: null,
      promptTokensDetails: [image(65_536)],
      candidatesTokensDetails: [image(32_768)],
    };
    expect(told(usage(most))).toMatchObject({ usage: { totalTokens: 65_536 + 32_768 } });
    expect(told(usage(most))).not.toHaveProperty('oddity');
  });

  test('whatever is counted adds up', () => {
    const count = fc.option(fc.oneof(fc.nat({ max: 100_000 }), fc.constantFrom<unknown>(...odd)), {
      nil: undefined,
    });
    const details = fc.option(
      fc.array(
        fc.record({ modality: fc.constantFrom('TEXT', 'IMAGE', 'AUDIO', undefined), tokenCount: count }),
        { maxLength: 4 },
      ),
      { nil: undefined },
    );
    const any = fc.record({
      promptTokenCount: count,
      candidatesTokenCount: count,
      thoughtsTokenCount: count,
      totalTokenCount: count,
      promptTokensDetails: details,
      candidatesTokensDetails: details,
    });
    fc.assert(
      fc.property(any, fc.boolean(), fc.boolean(), (given, hasReferences, hasImage) => {
        const counted = mapUsage(given, { hasReferences, hasImage });
        if (counted === undefined) return;
        expect(counted.inputTextTokens + counted.inputImageTokens).toBe(counted.inputTokens);
        expect(counted.outputTextTokens + counted.outputImageTokens).toBe(counted.outputTokens);
        expect(counted.inputTokens + counted.outputTokens).toBe(counted.totalTokens);
        for (const value of Object.values(counted) as number[]) expect(value).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1000 },
    );
  });
});
