import type { IncomingMessage } from 'node:http';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { OrderScope } from '../journey/order-scope.ts';

/** What a handler gets to see of a request. */
export interface RouteRequest {
  readonly id: string;
  readonly raw: IncomingMessage;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Scheme and host as the client used them; a trusted proxy's word counts. */
  readonly origin: string;
  readonly acceptedAtMs: number;
}

/** One endpoint. Handlers return plain answers or throw catalogue errors. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** A path pattern of the router: `:name` for a segment, `*` for the rest. */
  readonly path: string;
  readonly handle: (request: RouteRequest, scope: OrderScope) => Promise<ImageAnswer>;
}
