import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { ErrorFrame } from '../journey/dialect.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { Caller } from '../journey/image-order.ts';
import type { Operator, OperatorRole } from '../journey/operator.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { RouteDescription } from '../openai/openapi/openapi-document.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a handler gets to see of a request. */
export interface RouteRequest<Query = unknown> {
  readonly id: string;
  readonly raw: IncomingMessage;
  /** To be called before the body is read: its client may wait for that. */
  readonly inviteBody: () => void;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Query;
  /** Scheme and host as the client used them; a trusted proxy's word counts. */
  readonly origin: string;
  /** The same, also where the operator fixed another for links. */
  readonly usedOrigin: string;
  readonly clientAddress: string;
  readonly acceptedAtMs: number;
  /** Who asks, of a route that the server itself lets the holders of keys in to. */
  readonly caller?: Caller;
  /** Who asks, of a route of the admin API. */
  readonly operator?: Operator;
}

/** One endpoint. Handlers return plain answers or throw catalogue errors. */
export interface Route<Query = unknown> {
  readonly method: HttpMethod;
  /** A path pattern of the router: `:name` for a segment, `*` for the rest. */
  readonly path: string;
  /**
   * Who may come: anybody, the holder of a key, whom the handler's own journey lets in, or one who looks after the
   * server, of this role at least.
   */
  readonly auth: 'none' | 'key' | 'journey' | OperatorRole;
  /** Whether a web page must be one of our own to get in, though it only reads: an answer that goes on and on. */
  readonly isAct?: boolean;
  /** Whether an admin may come in place of a key's holder, naming the key in `plantain-act-as`. */
  readonly takesActing?: boolean;
  /** Reads the query; what it refuses is a 400 that names the parameter. Absent: the query has no meaning. */
  readonly query?: z.ZodType<Query>;
  /** How errors are told to the clients of this endpoint. */
  readonly writeError: ErrorFrame;
  /** The same where a path is shared by clients of two APIs: by the request. */
  readonly frameFor?: (raw: IncomingMessage) => ErrorFrame;
  /** Its part of the OpenAPI document. */
  readonly described: RouteDescription;
  readonly handle: (request: RouteRequest<Query>, scope: OrderScope) => Promise<ImageAnswer>;
}

/** Ties a handler to the schema of its query, so that routes of every kind stand in one table. */
export function defineRoute<Query>(route: Route<Query>): Route {
  const schema = route.query ?? (z.unknown() as z.ZodType<Query>);
  return {
    ...route,
    handle: (request, scope) => route.handle({ ...request, query: readQuery(schema, request.query) }, scope),
  };
}

/**
 * The same table for as long as the server runs, each request handled by the routes that are in force when it comes.
 * Every configuration has the same ones, in the same order.
 */
export function switchedRoutes(inForce: () => readonly Route[]): Route[] {
  return inForce().map((route, index) => ({
    ...route,
    handle: (request, scope) => (inForce()[index] ?? route).handle(request, scope),
  }));
}

function readQuery<Query>(schema: z.ZodType<Query>, query: unknown): Query {
  const result = schema.safeParse(query);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const [unknown] = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  if (unknown !== undefined) {
    const name = unknown.slice(0, 60);
    throw new PlantainError('unknown_parameter', `Unknown query parameter: '${name}'.`, { param: name });
  }
  const param = String(issue?.path[0] ?? 'query').slice(0, 60);
  const message = `Invalid value for the query parameter '${param}': ${issue?.message ?? 'it cannot be read'}.`;
  throw new PlantainError('invalid_value', message, { param });
}
