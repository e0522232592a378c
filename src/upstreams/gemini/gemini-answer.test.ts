import { expect, test } from 'vitest';
import { CapturedText } from '../../bytes/captured-text.ts';
import { readGeminiAnswer } from './gemini-answer.ts';

const data = new CapturedText(undefined);

test('a field of another type counts as absent, and takes none of its neighbours with it', () => {
  const answer = readGeminiAnswer({
    candidates: [
      5,
      {
        content: { parts: [null, { text: 5, inlineData: { data } }, 'x'] },
        finishReason: 7,
        finishMessage: 'm',
      },
      { content: 'x', finishReason: 'STOP' },
    ],
    promptFeedback: 'x',
    usageMetadata: { promptTokenCount: 'many', promptTokensDetails: [1, { modality: 5, tokenCount: 3 }] },
  });
  expect(answer.candidates?.map(({ finishReason }) => finishReason)).toEqual([undefined, undefined, 'STOP']);
  expect(answer.candidates?.[1]?.finishMessage).toBe('m');
  expect(answer.candidates?.[1]?.parts[1]?.inlineData?.data).toBe(data);
  expect(answer.promptFeedback).toBeUndefined();
  expect(answer.usageMetadata?.promptTokensDetails).toMatchObject([
    {},
    { modality: undefined, tokenCount: 3 },
  ]);
});

test('token counts come as they were sent, for who judges them', () => {
  const counts = {
    promptTokenCount: 'many',
    candidatesTokenCount: -1,
    thoughtsTokenCount: null,
    totalTokenCount: [],
  };
  const details = [{ modality: 'IMAGE', tokenCount: 'many' }];
  const usageMetadata = { ...counts, promptTokensDetails: details, candidatesTokensDetails: details };
  expect(readGeminiAnswer({ usageMetadata }).usageMetadata).toMatchObject(usageMetadata);
});

test('a picture is what the scanner captured, never a text', () => {
  const answer = readGeminiAnswer({
    candidates: [
      { content: { parts: [{ inlineData: { data: 'AAAA' } }, { inlineData: { data: { slices: [] } } }] } },
    ],
  });
  const [first, second] = answer.candidates?.[0]?.parts ?? [];
  expect([first?.inlineData?.data, second?.inlineData?.data]).toEqual([undefined, undefined]);
});

test('a foreign key is no prototype', () => {
  const parsed = readGeminiAnswer(JSON.parse('{"__proto__":{"error":1},"constructor":5}'));
  expect(parsed.error).toBeUndefined();
});
