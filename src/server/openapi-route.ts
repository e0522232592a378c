import type { ImageAnswer } from '../journey/image-answer.ts';
import { openApiDocument } from '../openai/openapi/openapi-document.ts';
import { writeJson } from '../openai/shared/write-json.ts';
import type { Route } from './routes.ts';

/** `GET /openapi.json`: the description of this server, made when it is first asked for. It needs no key. */
export function openApiRoutes(version: string): Route[] {
  let answer: ImageAnswer | undefined;
  return [
    {
      method: 'GET',
      path: '/openapi.json',
      handle: async () => {
        answer ??= writeJson(openApiDocument(version));
        return answer;
      },
    },
  ];
}
