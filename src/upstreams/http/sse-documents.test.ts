import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerPaths } from '../gemini/answer-paths.ts';
import { SseDocuments } from './sse-documents.ts';

test('finds every document of an event stream, wherever the bytes are cut and whatever stands between', () => {
  const frame = fc.tuple(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('data: ', 'data:'),
    fc.constantFrom('\r\n\r\n', '\n\n', '\n'),
    fc.constantFrom('', ': comment\n', 'event: x\r\n', 'id: 1\n', '\n'),
  );
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 5 }),
      fc.array(fc.nat({ max: 500 }), { maxLength: 8 }),
      (frames, cuts) => {
        const bytes = Buffer.from(
          frames
            .map(([value, prefix, end, noise]) => `${noise}${prefix}${JSON.stringify(value)}${end}`)
            .join(''),
        );
        const found: unknown[] = [];
        const documents = new SseDocuments(answerPaths, ({ document }) => found.push(document));
        let start = 0;
        for (const cut of [...new Set(cuts.map((at) => at % (bytes.length + 1)))]
          .toSorted((left, right) => left - right)
          .concat(bytes.length)) {
          documents.push(bytes.subarray(start, cut));
          start = cut;
        }
        documents.end();
        expect(found).toEqual(frames.map(([value]) => JSON.parse(JSON.stringify(value)) as unknown));
      },
    ),
    { numRuns: 1000 },
  );
});

test('a document that is cut is an error, not a shorter answer', () => {
  const documents = new SseDocuments(answerPaths, () => undefined);
  documents.push(Buffer.from('data: {"candidates": ['));
  expect(() => documents.end()).toThrow(SyntaxError);
});
