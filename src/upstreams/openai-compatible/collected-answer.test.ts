import { describe, expect, test } from 'vitest';
import type { GeneratedImage } from '../../journey/image-result.ts';
import { type CollectOptions, CollectedAnswer } from './collected-answer.ts';

/** A picture known by its characters; `NONE` is none that can be read. */
const inspect: CollectOptions['inspect'] = (base64, declared) =>
  base64.headText(4) === 'NONE'
    ? undefined
    : { base64, mimeType: declared ?? 'image/png', size: { widthPx: 1, heightPx: 1 } };
const nameOf = (image: GeneratedImage | undefined) => image?.base64.headText(4);

function collect(
  text: string,
  options: Partial<CollectOptions> = {},
  contentType?: string,
  isPicture = false,
) {
  const drafts: (string | undefined)[] = [];
  const answer = new CollectedAnswer({
    inspect,
    onDraft: (draft) => drafts.push(nameOf(draft)),
    keepsEarlier: false,
    blockedName: undefined,
    ...options,
  });
  answer.open(contentType, isPicture)(Buffer.from(text));
  answer.end(true);
  return { answer, drafts, image: nameOf(answer.image) };
}
const json = (document: object) => JSON.stringify(document);
const pictures = (...names: string[]) => ({ data: names.map((name) => ({ b64_json: name })) });
const events = (...documents: object[]) => documents.map((each) => `data: ${json(each)}\n\n`).join('');

test.each([
  ['a document with one', json(pictures('ONE0')), true],
  ['a document without', json({ data: [] }), false],
  ['half a document', json(pictures('ONE0')).slice(0, -1), false],
  ['a draft', events({ type: 'image_generation.partial_image', b64_json: 'ONE0' }), false],
  ['an event that may have others behind it', events({ b64_json: 'ONE0' }), false],
  ['the last event', events({ type: 'image_generation.completed', b64_json: 'ONE0' }), true],
])('with %s an answer is whole before its connection ends: %#', (_name, text, isWhole) => {
  const answer = new CollectedAnswer({
    inspect,
    onDraft: undefined,
    keepsEarlier: false,
    blockedName: undefined,
  });
  answer.open(undefined)(Buffer.from(text));
  expect(answer.isWhole).toBe(isWhole);
});

describe('a picture', () => {
  test('may come as bare bytes, told by their type in any spelling, or expected', () => {
    const bare = collect('\0\0\0', {}, 'Image/WebP; q=1');
    expect([bare.image, bare.answer.image?.mimeType, bare.answer.picturesSeen]).toEqual([
      'AAAA',
      'image/webp',
      1,
    ]);
    expect(collect('\0\0\0', {}, 'text/plain', true).image).toBe('AAAA');
    expect(collect('\0\0\0', {}, 'text/plain').image).toBeUndefined();
  });

  test('in bytes that broke off is none, and was seen', () => {
    const answer = new CollectedAnswer({
      inspect,
      onDraft: undefined,
      keepsEarlier: false,
      blockedName: undefined,
    });
    answer.open('image/png')(Buffer.from('\0'));
    answer.end(false);
    expect([answer.image, answer.picturesSeen]).toEqual([undefined, 1]);
  });

  test('may be a data: URL, and is of the type that it tells; any other is a link', () => {
    const { answer, image } = collect(json({ data: [{ url: 'data:image/webp;x=1;base64,AAAA' }] }));
    expect([image, answer.image?.mimeType, answer.link]).toEqual(['AAAA', 'image/webp', undefined]);
    const linked = collect(json({ data: [{ url: '/a.png' }, { url: '/b.png' }] })).answer;
    expect([linked.link, linked.image, linked.picturesSeen]).toEqual(['/b.png', undefined, 2]);
    expect(collect(json({ data: [{ url: '' }, {}] })).answer).toMatchObject({
      link: undefined,
      picturesSeen: 1,
    });
    expect(collect(json({ data: [{ b64_json: '', url: '/a.png' }] })).answer.link).toBe('/a.png');
  });

  test('is the last of several that can be read; earlier ones are counted, and kept for who wants them', () => {
    const document = json(pictures('AAAA', 'BBBB', 'NONE'));
    const plain = collect(document);
    expect([plain.image, plain.answer.picturesSeen]).toEqual(['BBBB', 3]);
    expect(plain.answer.earlier).toEqual({ count: 1, images: [] });
    expect(collect(document, { keepsEarlier: true }).answer.earlier?.images.map(nameOf)).toEqual(['AAAA']);
    expect(collect(json(pictures('AAAA'))).answer.earlier).toBeUndefined();
    const names = Array.from({ length: 14 }, (_, index) => `P${String(index).padStart(3, '0')}`);
    const many = collect(json(pictures(...names)), { keepsEarlier: true }).answer.earlier;
    expect([many?.count, many?.images.map(nameOf)]).toEqual([13, names.slice(4, 13)]);
  });

  test('of an event is a draft where it says so', () => {
    const partial = (name: string) => ({ type: 'image_generation.partial_image', b64_json: name });
    const { image, drafts, answer } = collect(
      events(partial('AAAA'), partial('NONE'), { type: 'image_generation.completed', b64_json: 'BBBB' }),
    );
    expect([image, drafts, answer.picturesSeen]).toEqual(['BBBB', ['AAAA'], 3]);
  });
});

describe('beside pictures an answer says', () => {
  test('that it withheld one, as its server says it', () => {
    const blocked = (document: object) => collect(json(document), { blockedName: 'ok' }).answer.isBlocked;
    expect(blocked({ data: [{ ok: false }] })).toBe(true);
    expect(blocked({ ok: false, data: [] })).toBe(true);
    expect(blocked({ ok: true, data: [{ ok: true }] })).toBe(false);
    expect(collect(json({ data: [{ ok: false }] })).answer.isBlocked).toBe(false);
  });

  test('an error, the first one; null is none', () => {
    const first = { error: { message: 'a' } };
    expect(collect(events(first, { error: { message: 'b' } })).answer.error).toEqual(first);
    expect(collect(json({ error: null, data: [] })).answer.error).toBeUndefined();
  });

  test('its counts, the latest', () => {
    const { answer } = collect(
      events({ usage: { input_tokens: 1 } }, { usage: { input_tokens: 2 } }, { data: [] }),
    );
    expect(answer.usage).toEqual({ input_tokens: 2 });
  });

  test('what it is made of, where it is of another house: eight names of the first document', () => {
    const names = Array.from({ length: 9 }, (_, index) => [`m${index}`, 0]);
    const foreign = (text: string) => collect(text).answer.foreign;
    expect(foreign(json(Object.fromEntries(names)))).toBe('m0, m1, m2, m3, m4, m5, m6, m7');
    expect(foreign(events({ a: 1 }, { b: 1 }))).toBe('a');
    for (const known of [{ data: [] }, { type: 'x' }, pictures('AAAA')])
      expect(foreign(json(known))).toBeUndefined();
    for (const other of ['5', '"x"', 'null']) expect(foreign(other)).toBeUndefined();
  });
});
