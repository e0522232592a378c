import type { z } from 'zod';
import { nearestName } from '../kernel/nearest-name.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { JsonObject } from '../openai/openapi/openapi-schemas.ts';
import type { Route } from '../server/routes.ts';
import { actorOf, type AdminDesk } from './admin-desk.ts';
import { audited } from './administration.ts';
import { adminOperation, pathParameter } from './admin-operation.ts';
import { adminRoute } from './admin-routes.ts';
import type { adminSchemas } from './admin-schemas.ts';

export type UpstreamView = z.infer<typeof adminSchemas.Upstream>;
export type UpstreamTestView = z.infer<typeof adminSchemas.UpstreamTest>;

/** What an operator can do with the upstreams; each act tells whether there is one of that name. */
export interface UpstreamDesk {
  list(): readonly UpstreamView[];
  /** Asks it something free of charge. */
  test(name: string, signal: AbortSignal): Promise<UpstreamTestView>;
  /** Takes it out of every choice; calls under way go on. */
  drain(name: string): void;
  /** Ends a drain. */
  restore(name: string): void;
  /** Forgets everything bad that is known of it. */
  reset(name: string): void;
}

const acts = [
  ['drain', 'Take it out of every choice until it is restored; calls under way go on'],
  ['restore', 'Put it back after a drain'],
  ['reset', 'Forget everything bad that is known of it, and ask it again'],
] as const;
const nameParameter: JsonObject = pathParameter('name', 'As the configuration has it.');

/** `GET /admin/v1/upstreams`, and what can be done with each. */
export function upstreamRoutes(
  desk: UpstreamDesk,
  { book, clock }: Pick<AdminDesk, 'book' | 'clock'>,
): Route[] {
  const known = (name: string): UpstreamView => {
    const all = desk.list();
    const found = all.find((upstream) => upstream.name === name);
    if (found !== undefined) return found;
    const names = all.map((upstream) => upstream.name);
    const near = nearestName(name, names);
    const hint = near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean '${near}'?`;
    throw new PlantainError('not_found', `There is no upstream '${name.slice(0, 64)}'. ${hint}`);
  };
  return [
    adminRoute({
      method: 'GET',
      role: 'viewer',
      path: '/upstreams',
      operation: adminOperation({
        operationId: 'listUpstreams',
        summary: 'The upstreams, and what is known of them',
        tag: 'Upstreams',
        answer: ['All of them.', 'UpstreamList'],
      }),
      handle: async () => ({ data: desk.list() }),
    }),
    adminRoute({
      method: 'POST',
      path: '/upstreams/:name/test',
      operation: adminOperation({
        operationId: 'testUpstream',
        summary: 'Ask it something that costs nothing',
        tag: 'Upstreams',
        parameters: [nameParameter],
        answer: ['What it answered.', 'UpstreamTest'],
        errors: ['not_found'],
      }),
      handle: async ({ params }, scope) => desk.test(known(params['name'] ?? '').name, scope.signal),
    }),
    ...acts.map(([act, summary]) =>
      adminRoute({
        method: 'POST',
        path: `/upstreams/:name/${act}`,
        operation: adminOperation({
          operationId: `${act}Upstream`,
          summary,
          tag: 'Upstreams',
          parameters: [nameParameter],
          answer: ['The upstream as it is now.', 'Upstream'],
          errors: ['not_found'],
        }),
        handle: async (request) => {
          const { name, state } = known(request.params['name'] ?? '');
          const told = { action: `upstream.${act}`, subject: name, before: null, result: undefined };
          // Written down first: what nobody can be told of is not done.
          await audited({ book, clock, actor: actorOf(request) }, async () => ({
            ...told,
            after: { was: state },
          }));
          desk[act](name);
          return known(name);
        },
      }),
    ),
  ];
}
