import type { DrawWish } from '../../journey/upstream.ts';

/** A request body as the pieces it is made of, so that reference pictures are never joined. */
export interface RequestBody {
  readonly pieces: readonly Buffer[];
  readonly byteLength: number;
}

/**
 * One picture's wish as a generateContent body (docs/contracts/gemini.md#request-body). References come before
 * the text. `["IMAGE"]` is the best guard against answers without a picture.
 */
export function orderToGeminiRequest(wish: DrawWish): RequestBody {
  const { continuationToken } = wish;
  const imageConfig = {
    ...(wish.aspectRatio !== 'auto' && { aspectRatio: wish.aspectRatio }),
    ...(wish.model.sendsImageSize && { imageSize: wish.imageSize }),
  };
  const { safetySettings = [] } = wish;
  const rest = {
    ...(safetySettings.length > 0 && { safetySettings }),
    generationConfig: {
      responseModalities: ['IMAGE'],
      ...(Object.keys(imageConfig).length > 0 && { imageConfig }),
    },
    ...(continuationToken !== undefined && { continuationToken }),
  };
  const pieces: Buffer[] = [];
  let json = '{"contents":[{"role":"user","parts":[';
  for (const reference of wish.references) {
    json += `{"inlineData":{"mimeType":${JSON.stringify(reference.mimeType)},"data":"`;
    pieces.push(Buffer.from(json), ...reference.base64.slices);
    json = '"}},';
  }
  // Half a surrogate pair, as a client that cuts its text may send, is no text that a strict parser takes.
  const text = wish.prompt.toWellFormed();
  pieces.push(Buffer.from(`${json}{"text":${JSON.stringify(text)}}]}],${JSON.stringify(rest).slice(1)}`));
  return { pieces, byteLength: pieces.reduce((sum, piece) => sum + piece.length, 0) };
}
