import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aspectRatios, type CatalogueModel, imageSizes } from '../../journey/catalogue-model.ts';
import type { DrawWish } from '../../journey/upstream.ts';
import { Base64Image } from '../../bytes/base64-image.ts';
import { orderToGeminiRequest } from './request.ts';

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
