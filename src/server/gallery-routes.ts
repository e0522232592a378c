import type { ImageAnswer } from '../journey/image-answer.ts';
import {
  storedPicturesPath,
  type StoredPictureAnswer,
  type StoredPictureRequest,
} from '../journey/stored-picture.ts';
import { freedBehind } from '../bytes/free-bytes.ts';
import { pictureOperation } from '../openai/openapi/openapi-operations.ts';
import { writeError } from '../openai/shared/write-error.ts';
import type { Route } from './routes.ts';

/** Signed links to pictures. They need no key, and a key sent along does no harm (docs/contracts/clients.md#links). */
export function galleryRoutes(
  fetchPicture: (request: StoredPictureRequest) => Promise<StoredPictureAnswer>,
): Route[] {
  return [
    {
      method: 'GET',
      path: `${storedPicturesPath}:name`,
      auth: 'none',
      writeError,
      described: {
        path: `${storedPicturesPath}{name}`,
        operations: { get: () => pictureOperation('get'), head: () => pictureOperation('head') },
      },
      handle: async ({ raw, params }): Promise<ImageAnswer> => {
        const ifRange = raw.headers['if-range'];
        const answer = await fetchPicture({
          method: raw.method === 'HEAD' ? 'HEAD' : 'GET',
          name: params['name'] ?? '',
          query: raw.url?.split('?')[1] ?? '',
          range: raw.headers.range,
          ifRange: typeof ifRange === 'string' ? ifRange : undefined,
          ifNoneMatch: raw.headers['if-none-match'],
        });
        return {
          status: answer.status,
          headers: answer.headers,
          body: { kind: 'stream', groups: freedBehind(answer.bytes ?? []) },
        };
      },
    },
  ];
}
