import type { PassWish } from '../../journey/pass-wish.ts';
import type { DrawWish } from '../../journey/upstream.ts';
import type { MakeRequest } from './google-service.ts';

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

/** Where a model is asked: its methods follow the path behind a colon. */
export interface ModelPlace {
  readonly origin: string;
  readonly modelPath: string;
}

/** A wish as calls to a model: streamed where drafts are wanted, since only a stream brings them before the picture. */
export function generateRequest(
  wish: DrawWish,
  place: ModelPlace,
  headers: Readonly<Record<string, string>> = {},
): MakeRequest {
  const isStreamed = wish.onDraft !== undefined && wish.model.drafts;
  const method = isStreamed ? 'streamGenerateContent?alt=sse' : 'generateContent';
  return () => postRequest(place, method, orderToGeminiRequest(wish), headers);
}

/** A request of Gemini's own protocol, as it was sent to us. */
export function passRequest({ method, isEventStream, body }: PassWish, place: ModelPlace): MakeRequest {
  return () => postRequest(place, isEventStream ? `${method}?alt=sse` : method, body);
}

function postRequest(
  { origin, modelPath }: ModelPlace,
  method: string,
  { pieces, byteLength }: RequestBody,
  headers: Readonly<Record<string, string>> = {},
): ReturnType<MakeRequest> {
  return {
    origin,
    path: `${modelPath}:${method}`,
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': String(byteLength), ...headers },
    body: pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : pieces,
  };
}
