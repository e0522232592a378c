import type { ImageAnswer } from '../../journey/image-answer.ts';

/** A small document as an answer. */
export function writeJson(document: unknown, status = 200): ImageAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: { kind: 'whole', pieces: [Buffer.from(JSON.stringify(document))] },
  };
}
