import type { Actor } from '../access/audit-log.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { Route } from '../server/routes.ts';
import { actorOf } from './admin-desk.ts';
import { adminOperation } from './admin-operation.ts';
import { adminRoute } from './admin-routes.ts';

/** What came of reading the configuration again. */
export type ReloadOutcome =
  | { readonly kind: 'reloaded'; readonly changed: readonly string[]; readonly waiting: readonly string[] }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

/** `POST /admin/v1/reload`. */
export function reloadRoutes(reload: (actor: Actor) => Promise<ReloadOutcome>): Route[] {
  return [
    adminRoute({
      method: 'POST',
      path: '/reload',
      operation: adminOperation({
        operationId: 'reload',
        summary: 'Read the configuration again and put it in force',
        tag: 'Server',
        answer: ['It is in force.', 'Reloaded'],
        errors: ['configuration_refused'],
      }),
      handle: async (request) => {
        const outcome = await reload(actorOf(request));
        if (outcome.kind === 'reloaded') return { changed: outcome.changed, waiting: outcome.waiting };
        throw new PlantainError('configuration_refused', outcome.problems.join(' '));
      },
    }),
  ];
}
