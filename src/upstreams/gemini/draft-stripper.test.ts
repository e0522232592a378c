import { describe, expect, test } from 'vitest';
import { DraftStripper } from './draft-stripper.ts';

const picture = (data: string, more: object = {}) => ({
  inlineData: { mimeType: 'image/png', data },
  ...more,
});
const answer = (...parts: object[]) => ({ candidates: [{ content: { parts } }] });
const thought = { thought: true };

/** What is passed on of an answer's documents, in the form they came in, and how much of it before the end. */
function strip(form: 'events' | 'json', ...documents: object[]) {
  let text = '';
  const stripper = new DraftStripper(form === 'events', (chunk) => (text += chunk.toString()));
  const texts = documents.map((document) => JSON.stringify(document));
  if (form === 'json')
    stripper.push(Buffer.from(texts.length === 1 ? texts.join('') : `[${texts.join(',\r\n')}]`));
  else for (const each of texts) stripper.push(Buffer.from(`data: ${each}\r\n\r\n`));
  const early = text;
  stripper.end();
  return { text, early };
}
const events = (...documents: object[]) =>
  documents.map((document) => `data: ${JSON.stringify(document)}\r\n\r\n`).join('');

describe('an answer without its drafts', () => {
  test.each([
    ['of one document', [answer(picture('AAAA', thought), { text: 'a' }, picture('BBBB'))]],
    ['of several', [answer(picture('AAAA', thought)), answer({ text: 'a' }), answer(picture('BBBB'))]],
  ])('%s is otherwise the same, and in the form it came in', (_how, documents) => {
    const kept = (part: object) => !JSON.stringify(part).includes('AAAA');
    const expected = documents.map(({ candidates: [candidate] }) =>
      answer(...(candidate?.content.parts.filter(kept) ?? [])),
    );
    const json = expected.length === 1 ? JSON.stringify(expected[0]) : undefined;
    const whole = strip('json', ...documents).text;
    expect(whole).toBe(json ?? `[${expected.map((one) => JSON.stringify(one)).join(',\r\n')}]`);
    expect(strip('events', ...documents).text).toBe(events(...expected));
  });

  test('has of several pictures the last that is no thought, else the last', () => {
    const shown = (...parts: object[]) => strip('json', answer(...parts)).text;
    expect(shown(picture('AAAA'), picture('BBBB'), picture('CCCC', thought))).toBe(
      JSON.stringify(answer(picture('BBBB'))),
    );
    expect(shown(picture('AAAA', thought), picture('BBBB', thought))).toBe(
      JSON.stringify(answer(picture('BBBB', thought))),
    );
  });

  test('is told picture from picture in either spelling, and keeps its signatures', () => {
    const snake = { inline_data: { data: 'AAAA' } };
    const signed = { text: 'a', thoughtSignature: 'SSSS' };
    expect(strip('json', answer(snake, signed, picture('BBBB'))).text).toBe(
      JSON.stringify(answer(signed, picture('BBBB'))),
    );
  });

  test('of events waits from its first picture on, and not before', () => {
    const [words, draft, final] = [answer({ text: 'a' }), answer(picture('AAAA')), answer(picture('BBBB'))];
    const { text, early } = strip('events', words, draft, final, words);
    expect(early).toBe(events(words));
    expect(text).toBe(events(words, answer(), final, words));
    expect(strip('json', words).early).toBe('');
  });

  test('may have no picture, no parts, no candidates', () => {
    const odd = [
      {},
      { candidates: 5 },
      { candidates: [null, { content: { parts: 5 } }] },
      { usageMetadata: {} },
    ];
    for (const document of odd) {
      expect(strip('json', document).text).toBe(JSON.stringify(document));
      expect(strip('events', document).text).toBe(events(document));
    }
    expect(strip('json').text).toBe('');
    expect(strip('events').text).toBe('');
  });
});
