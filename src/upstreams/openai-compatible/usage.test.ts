import { describe, expect, test } from 'vitest';
import { mapUsage } from './usage.ts';

const model = { inputTokenLimit: 1000, outputTokenLimit: 10_000 };
const plain = { model, hasReferences: false, hasImage: true };
const told = {
  input_tokens: 50,
  input_tokens_details: { image_tokens: 40, text_tokens: 10 },
  output_tokens: 196,
  total_tokens: 246,
};

describe('counts of tokens', () => {
  test('are taken as told, and what the output is not told to be is picture', () => {
    expect(mapUsage(told, { ...plain, hasReferences: true }).usage).toEqual({
      inputTokens: 50,
      inputImageTokens: 40,
      inputTextTokens: 10,
      outputTokens: 196,
      outputImageTokens: 196,
      outputTextTokens: 0,
      totalTokens: 246,
    });
    const detailed = { ...told, output_tokens_details: { image_tokens: 190, text_tokens: 6 } };
    expect(mapUsage(detailed, plain).usage).toMatchObject({ outputImageTokens: 190, outputTextTokens: 6 });
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['zeros, as LocalAI fills them in', { input_tokens: 0, output_tokens: 0, total_tokens: 0 }],
    ['another count', { cost_in_usd_ticks: 200_000_000 }],
    ['half of it', { output_tokens: 196 }],
  ])('are none where there is %s', (_what, usage) => {
    expect(mapUsage(usage, plain)).toEqual({ usage: undefined });
  });

  test('are none where pictures were sent and their share of the input is not told: it has a price of its own', () => {
    const { input_tokens_details: _, ...rest } = told;
    expect(mapUsage(rest, { ...plain, hasReferences: true })).toEqual({ usage: undefined });
    expect(mapUsage(rest, plain).usage?.inputImageTokens).toBe(0);
  });

  test.each([
    ['a fraction', { ...told, output_tokens: 1.5 }, /output_tokens 1.5/],
    ['a text', { ...told, input_tokens: '50' }, /input_tokens 50/],
    ['less than nothing', { ...told, output_tokens: -1 }, /-1/],
    ['more than the model can', { ...told, output_tokens: 10_001 }, /above the model's limit/],
    ['details above the whole', { ...told, input_tokens: 39 }, /more tokens than the whole/],
    ['a picture of no tokens', { ...told, output_tokens: 0 }, /no tokens/],
  ])('that cannot be are named: %s', (_what, usage, oddity) => {
    const mapped = mapUsage(usage, { ...plain, hasReferences: true });
    expect(mapped.usage).toBeUndefined();
    expect(mapped.oddity).toMatch(oddity);
  });
});
