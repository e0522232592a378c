import { describe, expect, test } from 'vitest';
import { CapturedProse } from '../../bytes/captured-prose.ts';
import { CapturedText } from '../../bytes/captured-text.ts';
import { Base64Image } from '../../bytes/base64-image.ts';
import { maxForeignCharacters } from '../../kernel/foreign-text.ts';
import type { GeneratedImage } from '../../journey/image-result.ts';
import { CollectedAnswer } from './collected-answer.ts';

/** A part whose picture is known by its characters; `!` is none that can be read. */
const picture = (characters: string, thought?: boolean) => ({
  inlineData: {
    data: new CapturedText(characters === '!' ? undefined : new Base64Image([Buffer.from(characters)])),
  },
  ...(thought !== undefined && { thought }),
});
const prose = (words: string) => new CapturedProse(words, []);
const parts = (...given: unknown[]) => ({ candidates: [{ content: { parts: given } }] });
const nameOf = (image: GeneratedImage | undefined) => image?.mimeType;

function collect(...documents: unknown[]) {
  return collectAs(undefined, ...documents);
}

function collectAs(keepsEarlier: boolean | undefined, ...documents: unknown[]) {
  const drafts: (string | undefined)[] = [];
  const answer = new CollectedAnswer(
    (characters) => {
      const name = Buffer.concat(characters.slices).toString();
      return name === 'nope' ? undefined : ({ mimeType: name } as unknown as GeneratedImage);
    },
    (draft) => drafts.push(nameOf(draft)),
    keepsEarlier,
  );
  for (const document of documents) answer.add(document);
  return { answer, drafts, image: nameOf(answer.image), thought: nameOf(answer.thoughtImage) };
}

describe('an answer’s picture', () => {
  test('is the last that is no thought; what came before it was a draft', () => {
    expect(collect(parts(picture('AAAA'), picture('BBBB')), parts(picture('CCCC')))).toMatchObject({
      image: 'CCCC',
      thought: undefined,
      drafts: ['AAAA', 'BBBB'],
    });
  });

  test('is one of several when more are final: the earlier ones are counted, and kept for who wants them', () => {
    const document = parts(picture('AAAA'), picture('BBBB', true), picture('CCCC'), picture('DDDD'));
    expect(collectAs(false, document).answer.earlier).toEqual({ count: 2, images: [] });
    const { answer, image, drafts } = collectAs(true, document);
    expect(image).toBe('DDDD');
    expect(answer.earlier?.images.map(nameOf)).toEqual(['AAAA', 'CCCC']);
    // What will be delivered is no draft.
    expect(drafts).toEqual(['BBBB']);
    expect(collectAs(true, parts(picture('BBBB', true), picture('CCCC'))).answer.earlier).toBeUndefined();
  });

  test('keeps at most nine earlier ones, the latest, and counts all', () => {
    const names = Array.from({ length: 14 }, (_, index) => `P${String(index).padStart(3, '0')}`);
    const { answer } = collectAs(true, parts(...names.map((name) => picture(name))));
    expect(answer.earlier?.count).toBe(13);
    expect(answer.earlier?.images.map(nameOf)).toEqual(names.slice(4, 13));
  });

  test('is not taken from it by a thought, whenever that comes', () => {
    expect(collect(parts(picture('AAAA', true), picture('BBBB'), picture('CCCC', true)))).toMatchObject({
      image: 'BBBB',
      thought: 'CCCC',
      drafts: ['AAAA', 'CCCC'],
    });
  });

  test('is none of those that cannot be read, but they are counted', () => {
    const { answer, image } = collect(parts(picture('AAAA'), picture('!'), picture('nope')));
    expect([image, answer.imagePartsFound]).toEqual(['AAAA', 3]);
  });

  test('may be spelled in snake case, and stand in any candidate', () => {
    const { inlineData } = picture('AAAA');
    const candidates = [null, {}, { content: { parts: [{ inline_data: inlineData }] } }];
    expect(collect({ candidates }).image).toBe('AAAA');
  });

  test('is no text that merely looks like one', () => {
    const { answer, image } = collect(parts({ inlineData: { data: 'AAAA' } }, { inlineData: { data: '0' } }));
    expect([image, answer.imagePartsFound]).toEqual([undefined, 0]);
  });
});

describe('of an answer’s documents', () => {
  test('the last finish and the last count hold, the first error and the first block', () => {
    const { answer } = collect(
      { candidates: [{ finishReason: 'STOP' }], usageMetadata: { promptTokenCount: 1 } },
      { error: { code: 1 }, promptFeedback: { blockReason: 'SAFETY' } },
      {
        candidates: [{ finish_reason: 'OTHER', continuationToken: 't' }],
        usageMetadata: { promptTokenCount: 2 },
      },
      { candidates: [{}], error: { code: 2 }, promptFeedback: { blockReason: 'OTHER' }, usageMetadata: null },
    );
    expect(answer).toMatchObject({
      finishReason: 'OTHER',
      usage: { promptTokenCount: 2 },
      error: { code: 1 },
      promptFeedback: { blockReason: 'SAFETY' },
    });
  });

  test('an error that is null is none', () => {
    expect(collect({ error: null }).answer.error ?? undefined).toBeUndefined();
  });

  test('words are kept, thoughts apart, and only so many', () => {
    const { answer } = collect(
      parts({ text: prose('I ') }, { text: prose('think'), thought: true }),
      parts({ text: prose('cannot') }),
    );
    expect(answer.words).toBe('I  cannot');
    const many = collect(...Array.from({ length: 50 }, () => parts({ text: prose('word '.repeat(1000)) })));
    expect(many.answer.words.length).toBeLessThanOrEqual(maxForeignCharacters);
  });

  test('what has another shape counts as absent', () => {
    for (const document of [
      null,
      5,
      'text',
      [],
      { candidates: 5 },
      { candidates: { content: {} } },
      parts(null, 5, []),
    ]) {
      const { answer, image } = collect(parts(picture('AAAA')), document);
      expect(image).toBe('AAAA');
      expect(answer.error).toBeUndefined();
    }
  });
});
