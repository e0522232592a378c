import type { z } from 'zod';
import type { Route } from '../server/routes.ts';
import { adminOperation } from './admin-operation.ts';
import { adminRoute } from './admin-routes.ts';
import type { adminSchemas } from './admin-schemas.ts';

export type StudioView = z.infer<typeof adminSchemas.Studio>;

/** `GET /admin/v1/studio`. */
export function studioRoutes(view: () => Promise<StudioView>): Route[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/studio',
      operation: adminOperation({
        operationId: 'getStudio',
        summary: 'What a page needs to order pictures as a key, by the header `plantain-act-as`',
        tag: 'Server',
        answer: ['Keys and bounds.', 'Studio'],
      }),
      handle: () => view(),
    }),
  ];
}
