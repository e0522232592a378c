import { z } from 'zod';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { OperatorRole } from '../journey/operator.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import type { JsonObject } from '../openai/openapi/openapi-schemas.ts';
import { writeError } from '../openai/shared/write-error.ts';
import { writeJson } from '../openai/shared/write-json.ts';
import { defineRoute, type HttpMethod, type Route, type RouteRequest } from '../server/routes.ts';
import { adminDocument } from './admin-document.ts';

/** Where the admin API is. */
export const adminRoot = '/admin/v1';

/** Of a route that reads nothing of its query: who misspelled a filter would else take everything for what was asked. */
export const noQuery = z.strictObject({});

export interface AdminRoute<Query, Result = unknown> {
  readonly method: HttpMethod;
  /** Behind `/admin/v1`. */
  readonly path: string;
  /** The least role that comes in; absent: admin. */
  readonly role?: OperatorRole;
  /** Absent: it takes no parameter in its query, and refuses any. */
  readonly query?: z.ZodType<Query>;
  /** What comes of it, where it is not 200. */
  readonly status?: 201;
  readonly operation: () => JsonObject;
  /** Makes what is answered. */
  readonly handle: (request: RouteRequest<Query>, scope: OrderScope) => Promise<Result>;
}

/** A route of the admin API that answers with a document. */
export function adminRoute<Query>(route: AdminRoute<Query>): Route {
  return adminAnswer({
    ...route,
    handle: async (request, scope) => writeJson(await route.handle(request, scope), route.status),
  });
}

/** A route of the admin API: those alone come in who look after the server, and no cache keeps what it answers. */
export function adminAnswer<Query>({
  method,
  path,
  role = 'admin',
  query = noQuery as z.ZodType as z.ZodType<Query>,
  operation,
  handle,
}: AdminRoute<Query, ImageAnswer>): Route {
  const whole = `${adminRoot}${path}`;
  return defineRoute({
    method,
    path: whole,
    auth: role,
    query,
    writeError,
    described: {
      path: whole.replaceAll(/:(\w+)/g, '{$1}'),
      operations: { [method.toLowerCase()]: operation },
    },
    handle: async (request, scope) => unkept(await handle(request, scope)),
  });
}

/** `GET /admin/v1/openapi.json` and the routes that it describes. */
export function withAdminDocument(version: string, routes: readonly Route[]): Route[] {
  return [
    ...routes,
    defineRoute({
      method: 'GET',
      path: `${adminRoot}/openapi.json`,
      auth: 'viewer',
      query: noQuery,
      writeError,
      described: { path: undefined, operations: {} },
      handle: async () =>
        unkept(
          writeJson(
            adminDocument(
              version,
              routes.map(({ described }) => described),
            ),
          ),
        ),
    }),
  ];
}

/** An answer that no cache keeps. */
export function unkept(answer: ImageAnswer): ImageAnswer {
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
}
