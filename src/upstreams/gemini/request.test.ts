import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aspectRatios, type CatalogueModel, imageSizes } from '../../journey/catalogue-model.ts';
import type { PassWish } from '../../journey/pass-wish.ts';
import type { DrawWish } from '../../journey/upstream.ts';
import { Base64Image } from '../../bytes/base64-image.ts';
import { generateRequest, orderToGeminiRequest, passRequest } from './request.ts';

const wish = (fields: Partial<DrawWish> = {}, sendsImageSize = true): DrawWish => ({
  model: { id: 'gemini-3-pro-image', sendsImageSize } as CatalogueModel,
  prompt: 'a fox',
  aspectRatio: '1:1',
  imageSize: '1K',
  references: [],
  index: 0,
  ...fields,
});
const reference = (mimeType: string, ...slices: string[]) => ({
  base64: new Base64Image(slices.map((slice) => Buffer.from(slice))),
  mimeType,
  size: { widthPx: 1, heightPx: 1 },
  hasAlpha: false,
});
const written = (given: DrawWish, token?: string): unknown =>
  JSON.parse(
    Buffer.concat(
      orderToGeminiRequest({ ...given, ...(token !== undefined && { continuationToken: token }) }).pieces,
    ).toString(),
  );

/** Any UTF-16 at all, lone surrogates too. */
const anyText = (maxLength: number) =>
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff })), { maxLength })
    .map((units) => String.fromCharCode(...units));

describe('orderToGeminiRequest', () => {
  test('asks for a picture and nothing else', () => {
    expect(written(wish())).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'a fox' }] }],
      generationConfig: {
        responseModalities: ['IMAGE'],
        imageConfig: { aspectRatio: '1:1', imageSize: '1K' },
      },
    });
  });

  test('leaves out what the model ignores, and a ratio that is its own to choose', () => {
    expect(written(wish({}, false))).toMatchObject({
      generationConfig: { imageConfig: { aspectRatio: '1:1' } },
    });
    expect(written(wish({ aspectRatio: 'auto' }, false))).toMatchObject({
      generationConfig: { responseModalities: ['IMAGE'] },
    });
    expect(JSON.stringify(written(wish({ aspectRatio: 'auto' }, false)))).not.toContain('imageConfig');
  });

  test('puts references before the text, in order, in the very buffers they came in', () => {
    const first = reference('image/png', 'AAAA', 'BBBB');
    const second = reference('image/jpeg', 'CC==');
    const given = wish({ references: [first, second] });
    expect(written(given)).toMatchObject({
      contents: [
        {
          parts: [
            { inlineData: { mimeType: 'image/png', data: 'AAAABBBB' } },
            { inlineData: { mimeType: 'image/jpeg', data: 'CC==' } },
            { text: 'a fox' },
          ],
        },
      ],
    });
    const { pieces } = orderToGeminiRequest(given);
    for (const slice of [...first.base64.slices, ...second.base64.slices]) expect(pieces).toContain(slice);
  });

  test('carries a continuation token', () => {
    expect(written(wish(), 'token"1')).toMatchObject({ continuationToken: 'token"1' });
  });

  test('is JSON of exactly the length it names, for any prompt', () => {
    fc.assert(
      fc.property(
        anyText(200),
        fc.constantFrom(...aspectRatios, 'auto' as const),
        fc.constantFrom(...imageSizes),
        fc.array(fc.base64String({ minLength: 4, maxLength: 40 }), { maxLength: 3 }),
        (prompt, aspectRatio, imageSize, references) => {
          const given = wish({
            prompt,
            aspectRatio,
            imageSize,
            references: references.map((text) => reference('image/png', text)),
          });
          const { pieces, byteLength } = orderToGeminiRequest(given);
          const bytes = Buffer.concat(pieces);
          expect(bytes.length).toBe(byteLength);
          const { contents } = JSON.parse(bytes.toString()) as { contents: { parts: { text?: string }[] }[] };
          expect(contents[0]?.parts.at(-1)?.text).toBe(prompt.toWellFormed());
          expect(bytes.toString()).not.toMatch(/\\u[dD][89abAB]/);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a request', () => {
  const place = { origin: 'https://g.example', modelPath: '/v1beta/models/m' };
  const json = (bytes: number) => ({ 'content-type': 'application/json', 'content-length': String(bytes) });

  test('for a picture is streamed only where drafts are wanted and drawn', () => {
    const drafting = { onDraft: () => undefined };
    const pathOf = (given: Partial<DrawWish>, drafts: boolean): string =>
      generateRequest({ ...wish(given), model: { ...wish().model, drafts } }, place)().path;
    expect(pathOf(drafting, true)).toBe('/v1beta/models/m:streamGenerateContent?alt=sse');
    expect(pathOf(drafting, false)).toBe('/v1beta/models/m:generateContent');
    expect(pathOf({}, true)).toBe('/v1beta/models/m:generateContent');
  });

  test('tells what it sends, to the byte, and may be made again: every one is whole', () => {
    const given = wish({ references: [reference('image/png', 'AAAA')] });
    const make = generateRequest(given, place, { 'x-more': '1' });
    const { pieces, byteLength } = orderToGeminiRequest(given);
    for (const request of [make(), make()]) {
      expect(request).toMatchObject({
        origin: 'https://g.example',
        method: 'POST',
        headers: { ...json(byteLength), 'x-more': '1' },
      });
      const sent = Buffer.concat([...(request.body as Iterable<Buffer>)]);
      expect(sent).toEqual(Buffer.concat(pieces));
      expect(sent).toHaveLength(byteLength);
    }
  });

  test('of Gemini’s own protocol goes on as it came', () => {
    const body = { pieces: [Buffer.from('{}')], byteLength: 2 };
    const ask = (isEventStream: boolean) =>
      passRequest({ method: 'countTokens', isEventStream, body } as unknown as PassWish, place)();
    expect(ask(false)).toEqual({
      origin: 'https://g.example',
      path: '/v1beta/models/m:countTokens',
      method: 'POST',
      headers: json(2),
      body: body.pieces[0],
    });
    expect(ask(true).path).toBe('/v1beta/models/m:countTokens?alt=sse');
  });
});
