import type { FastifyRequest } from 'fastify';
import type { ImageAnswer } from '../journey/image-answer.ts';
import { PlantainError } from '../kernel/plantain-error.ts';

/** What is told of a path that is nobody's, or that is not for whoever asks. */
export function unknownUrl(method: string, url: string): PlantainError {
  const path = url.split('?')[0]?.slice(0, 200) ?? '';
  const message = `Invalid URL (${method} ${path}). The Images API is at /v1/images/generations and /v1/images/edits.`;
  return new PlantainError('unknown_url', message);
}

/** What comes to no path of ours: the question what the server as a whole can do (RFC 9110, section 9.3.7), or a mistake. */
export async function answerUnknown(
  request: FastifyRequest,
  methods: readonly string[],
): Promise<ImageAnswer> {
  if (request.method === 'OPTIONS' && request.raw.url === '*')
    return { status: 204, headers: { allow: methods.join(', ') }, body: { kind: 'whole', pieces: [] } };
  throw unknownUrl(request.method, request.url);
}
