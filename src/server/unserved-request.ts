import type { FastifyRequest, HTTPMethods } from 'fastify';
import type { ImageAnswer } from '../journey/image-answer.ts';
import { PlantainError } from '../kernel/plantain-error.ts';

export const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Answers for a path that is nobody's. `home`: where browsers that ask for the root are sent. */
export async function answerUnknown(request: FastifyRequest, home: string | undefined): Promise<ImageAnswer> {
  // What the server as a whole can do (RFC 9110, section 9.3.7).
  if (request.method === 'OPTIONS' && request.raw.url === '*')
    return { status: 204, headers: { allow: methods.join(', ') }, body: { kind: 'whole', pieces: [] } };
  const { accept = '' } = request.headers;
  if (
    home !== undefined &&
    /^(?:GET|HEAD)$/.test(request.method) &&
    /^\/(?:\?|$)/.test(request.url) &&
    accept.includes('text/html')
  )
    return {
      status: 302,
      headers: { location: home, vary: 'accept', 'cache-control': 'no-store' },
      body: { kind: 'whole', pieces: [] },
    };
  throw unknownUrl(request.method, request.url);
}

/** Answers a method that a path does not have, and what browsers ask before they call from elsewhere. */
export async function notAllowed(
  request: FastifyRequest,
  allowed: readonly string[],
  hasCors: boolean,
): Promise<ImageAnswer> {
  if (request.method === 'OPTIONS') {
    const allow = [...allowed, 'OPTIONS'].join(', ');
    const preflight = hasCors
      ? {
          'access-control-allow-methods': allow,
          'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*',
          'access-control-max-age': '86400',
        }
      : {};
    return { status: 204, headers: { allow, ...preflight }, body: { kind: 'whole', pieces: [] } };
  }
  const message = `${request.method} is not allowed on this path. Use ${allowed.join(' or ')}.`;
  throw new PlantainError('method_not_allowed', message, { headers: { allow: allowed.join(', ') } });
}

/** What is told of a path that is nobody's, or that is not for whoever asks. */
export function unknownUrl(method: string, url: string): PlantainError {
  const path = url.split('?')[0]?.slice(0, 200) ?? '';
  const message = `Invalid URL (${method} ${path}). The Images API is at /v1/images/generations and /v1/images/edits.`;
  return new PlantainError('unknown_url', message);
}
