import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mapUsage } from './usage.ts';

const text = (tokenCount: number) => ({ modality: 'TEXT', tokenCount });
const image = (tokenCount: number) => ({ modality: 'IMAGE', tokenCount });
const generation = { hasReferences: false, hasImage: true };

/** As the parser gives it: every field there, absent ones undefined. */
function usage(fields: Partial<NonNullable<Parameters<typeof mapUsage>[0]>>) {
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

  test('a refusal has a prompt and thinking, and no picture', () => {
    const counted = mapUsage(usage({ promptTokenCount: 12, totalTokenCount: 112 }), {
      hasReferences: false,
      hasImage: false,
    });
    expect(counted).toMatchObject({ inputTokens: 12, outputTokens: 100, outputImageTokens: 0 });
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

  test('whatever is counted adds up', () => {
    const count = fc.option(fc.nat({ max: 100_000 }), { nil: undefined });
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
