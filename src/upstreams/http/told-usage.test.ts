import { describe, expect, test } from 'vitest';
import { OddCount, toldCount, toldUsage, usageFrom } from './told-usage.ts';

describe('a count', () => {
  test.each([0, 1, 100])('of %s up to the limit is taken', (told) => {
    expect(toldCount('tokens', told, 100)).toBe(told);
  });

  test.each([undefined, null])('of %s was not told', (told) => {
    expect(toldCount('tokens', told, 100)).toBeUndefined();
  });

  test.each([
    [-1, '-1 is no count'],
    [1.5, '1.5 is no count'],
    [Number.NaN, 'NaN is no count'],
    ['12', '12 is no count'],
    [{}, 'of type object is no count'],
    [true, 'of type boolean is no count'],
    [101, "101 is above the model's limit of 100"],
  ])('of %s cannot be, which is said', (told, said) => {
    expect(() => toldCount('tokens', told, 100)).toThrow(new OddCount(`tokens ${said}`));
  });
});

const counts = {
  inputTokens: 300,
  inputImageTokens: 258,
  outputTokens: 1300,
  outputImageTokens: 1120,
  totalTokens: 1600,
};

describe('the counts of a call', () => {
  test('have the text that is left beside the pictures', () => {
    expect(usageFrom(counts, true)).toEqual({ ...counts, inputTextTokens: 42, outputTextTokens: 180 });
    const onlyPictures = { ...counts, inputImageTokens: 300, outputImageTokens: 1300 };
    expect(usageFrom(onlyPictures, true)).toMatchObject({ inputTextTokens: 0, outputTextTokens: 0 });
  });

  test.each([{ inputImageTokens: 301 }, { outputImageTokens: 1301 }])(
    'cannot hold %o of which the whole is less',
    (odd) => {
      expect(() => usageFrom({ ...counts, ...odd }, true)).toThrow(OddCount);
    },
  );

  test('of a picture are not none, and of words may be', () => {
    const words = { ...counts, outputImageTokens: 0 };
    expect(() => usageFrom(words, true)).toThrow('a picture of no tokens');
    expect(usageFrom(words, false).outputTextTokens).toBe(1300);
  });
});

test('counts that cannot be are none, with what was odd for the log; a fault of our own is not hidden', () => {
  const usage = usageFrom(counts, true);
  expect(toldUsage(() => usage)).toEqual({ usage });
  expect(toldUsage(() => undefined)).toEqual({ usage: undefined });
  expect(toldUsage(() => usageFrom({ ...counts, outputImageTokens: 0 }, true))).toEqual({
    usage: undefined,
    oddity: 'a picture of no tokens',
  });
  const fault = new TypeError('ours');
  expect(() =>
    toldUsage(() => {
      throw fault;
    }),
  ).toThrow(fault);
});
