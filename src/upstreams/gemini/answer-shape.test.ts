import { describe, expect, test } from 'vitest';
import { wrapperNames } from './answer-paths.ts';
import { answersIn, namesIn } from './answer-shape.ts';

const answer = { candidates: [] };
const wrapped = (times: number): unknown =>
  Array.from({ length: times }).reduce((inner) => ({ response: inner }), answer as unknown);

describe('the answers in a document', () => {
  test.each(wrapperNames)('are found in a wrapper named %s', (name) => {
    expect(answersIn({ [name]: answer })).toEqual({ answers: [answer], foreign: undefined });
  });

  test.each(['candidates', 'promptFeedback', 'usageMetadata', 'modelVersion', 'responseId', 'error'])(
    'are known by %s alone',
    (name) => {
      expect(answersIn({ [name]: 'x' })).toEqual({ answers: [{ [name]: 'x' }], foreign: undefined });
    },
  );

  test('are looked for in five wrappers, one in the other, and no deeper', () => {
    expect(answersIn(wrapped(5)).answers).toEqual([answer]);
    expect(answersIn(wrapped(6))).toEqual({ answers: [], foreign: wrapped(6) });
    expect(answersIn([[[[[[[answer]]]]]]]).answers).toEqual([]);
  });

  test('are in camelCase at every depth; of a name in both spellings Google’s holds', () => {
    const snake = {
      usage_metadata: { prompt_token_count: 1, promptTokenCount: 2 },
      candidates: [{ a_b: 3 }],
    };
    expect(answersIn(snake).answers).toEqual([
      { usageMetadata: { promptTokenCount: 2 }, candidates: [{ aB: 3 }] },
    ]);
    const google = { candidates: [], usageMetadata: { promptTokenCount: 2 } };
    expect(answersIn(google).answers[0]).toBe(google);
  });

  test('are none of what says nothing, and of what is foreign that is told', () => {
    for (const nothing of [null, 5, 'x', {}, [], [{}]])
      expect(answersIn(nothing)).toEqual({ answers: [], foreign: undefined });
    expect(answersIn({ choices_made: [] })).toEqual({ answers: [], foreign: { choicesMade: [] } });
  });
});

describe('what a document is made of', () => {
  const members = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, 0]));

  test('is told with all its names, up to eight', () => {
    expect(namesIn(members(2))).toBe('m0, m1');
    expect(namesIn(members(8))).toBe('m0, m1, m2, m3, m4, m5, m6, m7');
    expect(namesIn(members(9))).toBe('m0, m1, m2, m3, m4, m5, m6, m7 and more');
  });
});
