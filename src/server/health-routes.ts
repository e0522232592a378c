import { plainOperation } from '../openai/openapi/openapi-operations.ts';
import { schemaRef } from '../openai/openapi/openapi-schemas.ts';
import { writeError } from '../openai/shared/write-error.ts';
import { writeJson } from '../openai/shared/write-json.ts';
import type { Route } from './routes.ts';

/** Whether the server may be sent orders, and what is known of its upstreams. */
export interface Readiness {
  readonly isReady: boolean;
  readonly upstreams: readonly { readonly name: string; readonly health: string }[];
}

/** `/healthz`: the process is alive. `/readyz`: it takes orders. Neither needs a key nor tells a secret. */
export function healthRoutes(readiness: () => Promise<Readiness>): Route[] {
  return [
    {
      method: 'GET',
      path: '/healthz',
      auth: 'none',
      writeError,
      described: {
        path: '/healthz',
        operations: {
          get: plainOperation('health', 'Whether the process is alive', {
            200: ['It is.', schemaRef('Health')],
          }),
        },
      },
      handle: async () => writeJson({ status: 'ok' }),
    },
    {
      method: 'GET',
      path: '/readyz',
      auth: 'none',
      writeError,
      described: {
        path: '/readyz',
        operations: {
          get: plainOperation('readiness', 'Whether orders are taken', {
            200: ['They are.', schemaRef('Readiness')],
            503: ['They are not.', { anyOf: [schemaRef('Readiness'), schemaRef('Error')] }],
          }),
        },
      },
      handle: async () => {
        const { isReady, upstreams } = await readiness();
        return writeJson(
          {
            status: isReady ? 'ready' : 'not ready',
            upstreams: upstreams.map(({ name, health }) => ({ name, health })),
          },
          isReady ? 200 : 503,
        );
      },
    },
  ];
}
