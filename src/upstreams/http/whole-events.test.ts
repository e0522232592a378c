import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WholeEvents } from './whole-events.ts';

const texts = fc.array(fc.constantFrom('data: {"a":1}', 'x', '\n', '\r\n', '\r', '\n\n', '\r\n\r\n'), {
  maxLength: 20,
});

function passed(text: string, cuts: readonly number[]): { text: string; isAtEnd: boolean; flushed: string } {
  const chunks: string[] = [];
  const events = new WholeEvents((chunk) => chunks.push(chunk.toString()));
  const bounds = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].toSorted((a, b) => a - b);
  for (const [index, start] of bounds.entries())
    if (index + 1 < bounds.length) events.push(Buffer.from(text.slice(start, bounds[index + 1])));
  const before = chunks.join('');
  const { isAtEnd } = events;
  events.flush();
  return { text: before, isAtEnd, flushed: chunks.join('') };
}

test('wherever an answer is cut into chunks, what is passed on ends with an empty line, and nothing is lost', () => {
  fc.assert(
    fc.property(texts, fc.array(fc.nat(), { maxLength: 8 }), (parts, cuts) => {
      const text = parts.join('');
      const result = passed(text, cuts);
      const last = /^[^]*(?:\n\n|\n\r\n|\r\r)/.exec(text)?.[0] ?? '';
      expect(result).toEqual({ text: last, isAtEnd: last === text, flushed: text });
    }),
  );
});
