import { expect, test } from 'vitest';
import { CapturedText } from '../../bytes/captured-text.ts';
import { contentOf, readGeminiAnswer } from './gemini-answer.ts';

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

test('one object stands for a list of one, and a list of parts for the content', () => {
  const part = { inlineData: { data } };
  const parts = [{ content: { parts: part } }, { content: { parts: [part] } }, { content: [part] }].flatMap(
    (candidate) => [
      readGeminiAnswer({ candidates: candidate }).candidates?.[0]?.parts,
      readGeminiAnswer({ candidates: [candidate] }).candidates?.[0]?.parts,
    ],
  );
  expect(parts.map((one) => one?.map(({ inlineData }) => inlineData?.data))).toEqual(
    Array.from({ length: 6 }, () => [data]),
  );
});

test('searches are counted of both kinds, and of nothing that is no list', () => {
  const grounded = (groundingMetadata: unknown) =>
    readGeminiAnswer({ candidates: { groundingMetadata } }).candidates?.[0]?.searches;
  expect(grounded({ webSearchQueries: ['a', 'b'], imageSearchQueries: ['c'] })).toBe(3);
  expect([grounded({ webSearchQueries: 'abc' }), grounded(null), grounded(undefined)]).toEqual([0, 0, 0]);
});

test('what a part holds beside words is named only where it is of a type that could be read', () => {
  const held = (part: Record<string, unknown>): string[] => {
    const [read] =
      readGeminiAnswer({ candidates: { content: { parts: part } } }).candidates?.[0]?.parts ?? [];
    return read === undefined ? ['none'] : Object.keys(contentOf(read));
  };
  expect(held({ text: 'x', thought: true, thoughtSignature: 's', executableCode: {}, gone: null })).toEqual([
    'executableCode',
  ]);
  expect(held({ inlineData: {}, fileData: {} })).toEqual(['inlineData', 'fileData']);
  expect(held({ inlineData: 'x', fileData: 5 })).toEqual([]);
});
