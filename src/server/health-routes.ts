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
    { method: 'GET', path: '/healthz', handle: async () => writeJson({ status: 'ok' }) },
    {
      method: 'GET',
      path: '/readyz',
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
