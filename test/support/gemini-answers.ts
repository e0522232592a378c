import type { CatalogueModel } from '../../src/journey/catalogue-model.ts';
import type { UpstreamLookAlike } from '../contracts/upstream.contract.ts';
import { imageAnswer, tinyPng } from './fake-gemini.ts';

const error = (code: number, status: string, message: string, details: readonly object[] = []) => ({
  status: `${code} ${status}`,
  body: JSON.stringify({ error: { code, message, status, details } }),
});

/** How Google's generateContent words what every upstream can say. */
export const geminiAnswers: Omit<UpstreamLookAlike, 'open'> = {
  wish: {
    model: {
      id: 'gemini-3-pro-image',
      drafts: true,
      sendsImageSize: true,
      pixels: {},
      inputTokenLimit: 65_536,
      outputTokenLimit: 32_768,
    } as unknown as CatalogueModel,
    prompt: 'a fox',
    aspectRatio: '1:1',
    imageSize: '1K',
    references: [],
    index: 0,
  },
  picture: { body: JSON.stringify(imageAnswer()) },
  pictureBase64: tinyPng,
  refusal: { body: JSON.stringify({ promptFeedback: { blockReason: 'OTHER' } }) },
  withoutPicture: {
    verdict: 'words',
    body: JSON.stringify({
      candidates: [{ content: { parts: [{ text: 'I would rather talk.' }] }, finishReason: 'STOP' }],
    }),
  },
  callersFault: error(400, 'INVALID_ARGUMENT', 'Aspect ratio 1:4 is not supported for this model'),
  keyRefused: error(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.'),
  limited: error(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded. Please retry in 34s.', [
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34s' },
  ]),
  failed: error(500, 'INTERNAL', 'Internal error encountered.'),
  keyAccepted: { body: '{"models":[]}' },
};
