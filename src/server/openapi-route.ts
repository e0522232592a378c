import type { ImageAnswer } from '../journey/image-answer.ts';
import { openApiDocument } from '../openai/openapi/openapi-document.ts';
import { plainOperation } from '../openai/openapi/openapi-operations.ts';
import { writeError } from '../openai/shared/write-error.ts';
import { writeJson } from '../openai/shared/write-json.ts';
import type { Route } from './routes.ts';

/** `GET /openapi.json`: these routes and itself, described when it is first asked for. It needs no key. */
export function withOpenApiRoute(version: string, routes: readonly Route[]): Route[] {
  let answer: ImageAnswer | undefined;
  const all: Route[] = [
    ...routes,
    {
      method: 'GET',
      path: '/openapi.json',
      auth: 'none',
      writeError,
      described: {
        path: '/openapi.json',
        operations: {
          get: () =>
            plainOperation('openApi', 'This document', { 200: ['The document.', { type: 'object' }] }),
        },
      },
      handle: async () => {
        answer ??= writeJson(
          openApiDocument(
            version,
            all.map(({ described }) => described),
          ),
        );
        return answer;
      },
    },
  ];
  return all;
}
