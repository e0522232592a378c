import type { z } from 'zod';
import type { Route } from '../server/routes.ts';
import { adminOperation } from './admin-operation.ts';
import { adminRoute } from './admin-routes.ts';
import type { adminSchemas } from './admin-schemas.ts';

export type ModelView = z.infer<typeof adminSchemas.Model>;
export type SettingView = z.infer<typeof adminSchemas.SettingList>['data'][number];

/** `GET /admin/v1/models`. */
export function modelsWithPrices(models: () => readonly ModelView[]): Route[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/models',
      role: 'viewer',
      operation: adminOperation({
        operationId: 'listModels',
        summary: 'The models of the catalogue, with their names, pixels and prices',
        tag: 'Server',
        answer: ['All of them.', 'ModelList'],
      }),
      handle: async () => ({ data: models() }),
    }),
  ];
}

/** `GET /admin/v1/config`. */
export function configRoutes(settings: () => readonly SettingView[]): Route[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/config',
      operation: adminOperation({
        operationId: 'explainConfig',
        summary: 'Every setting in force, and where its value came from',
        tag: 'Server',
        answer: ['All of them.', 'SettingList'],
      }),
      handle: async () => ({ data: settings() }),
    }),
  ];
}
