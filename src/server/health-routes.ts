import { plainOperation } from '../openai/openapi/openapi-operations.ts';
import { schemaRef } from '../openai/openapi/openapi-schemas.ts';
import { writeError } from '../openai/shared/write-error.ts';
import { writeJson } from '../openai/shared/write-json.ts';
import type { Route } from './routes.ts';

/** Whether the server may be sent orders, and what is known of its upstreams. */
export interface Readiness {
  /** What keeps it from taking orders, in plain words without paths; empty when it is ready. */
  readonly problems: readonly string[];
  readonly upstreams: readonly {
    readonly name: string;
    readonly health: string;
    readonly key: string;
    /** The models that it was asked for. */
    readonly cells: readonly { readonly model: string; readonly state: string }[];
  }[];
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
          get: () =>
            plainOperation('health', 'Whether the process is alive', {
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
          get: () =>
            plainOperation('readiness', 'Whether orders are taken', {
              200: ['They are.', schemaRef('Readiness')],
              503: ['They are not.', { anyOf: [schemaRef('Readiness'), schemaRef('Error')] }],
            }),
        },
      },
      handle: async () => {
        const { problems, upstreams } = await readiness();
        const isReady = problems.length === 0;
        return writeJson(
          {
            status: isReady ? 'ready' : 'not ready',
            ...(!isReady && { problems }),
            upstreams,
          },
          isReady ? 200 : 503,
        );
      },
    },
  ];
}
